// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The main() of a fuzzer in the ordinary build, where it is a test that every
// compiler can build: runs the fuzzer over the files named on the command line
// and over mutations of them. The mutations are the same each time, so that a
// failure is there again when one looks for it. Finding new inputs is what
// libFuzzer is for (--config=fuzz).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "waybill/tools/fuzz_target.h"

namespace {

constexpr int kMutationsPerFile = 2000;
constexpr size_t kMaxBytes = 1 << 16;

void Run(const std::string& input) {
  // A copy of the exact size, so that a sanitizer sees a read past the end.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

  // Changes text once: a byte, a piece, or a piece of another file.
  void Mutate(std::string* text) {
    const size_t at = Below(text->size() + 1);
    const size_t bytes = Below(std::min<size_t>(text->size() - at, 64) + 1);
    switch (Below(6)) {
      case 0:
        text->insert(at, 1, static_cast<char>(Below(256)));
        break;
      case 1:
        if (at < text->size()) (*text)[at] ^= static_cast<char>(Below(256));
        break;
      case 2:
        // What the formats' grammars turn on, far likelier than by chance.
        text->insert(at, 1, ",=;-%@ \t0f"[Below(10)]);
        break;
      case 3:
        text->erase(at, bytes);
        break;
      case 4:
        text->insert(at, text->substr(at, bytes));
        break;
      case 5: {
        const std::string& other = corpus_[Below(corpus_.size())];
        text->insert(at, other.substr(Below(other.size() + 1)));
        break;
      }
    }
    if (text->size() > kMaxBytes) text->resize(kMaxBytes);
  }

  // Not a distribution of the standard's: those differ between libraries.
  size_t Below(size_t bound) { return random_() % bound; }

 private:
  const std::vector<std::string>& corpus_;
  std::mt19937_64 random_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> corpus;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::cerr << "cannot read " << argv[i] << "\n";
      return 1;
    }
    corpus.emplace_back(std::istreambuf_iterator<char>(file),
                        std::istreambuf_iterator<char>());
  }
  if (corpus.empty()) {
    std::cerr << "no corpus files were given\n";
    return 1;
  }
  Run("");
  for (const std::string& input : corpus) Run(input);
  Mutator mutator(corpus);
  for (const std::string& input : corpus) {
    for (int i = 0; i < kMutationsPerFile; ++i) {
      std::string mutated = input;
      for (size_t n = mutator.Below(4) + 1; n > 0; --n) {
        mutator.Mutate(&mutated);
      }
      Run(mutated);
    }
  }
  std::cout << "ran " << corpus.size() << " files and "
            << corpus.size() * kMutationsPerFile << " mutations\n";
  return 0;
}
