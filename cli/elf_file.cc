// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace waybill {
namespace {

// A file's bytes, mapped: programs with debug information are large.
class Bytes {
 public:
  explicit Bytes(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status = {};
    if (file < 0 || fstat(file, &status) != 0) {
      error_ = absl::ErrnoToStatus(errno, path);
    } else if (!S_ISREG(status.st_mode) || status.st_size == 0) {
      error_ = absl::InvalidArgumentError(path + " is no program");
    } else {
      size_ = static_cast<size_t>(status.st_size);
      data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      if (data_ == MAP_FAILED) error_ = absl::ErrnoToStatus(errno, path);
    }
    if (file >= 0) close(file);
  }
  ~Bytes() {
    if (size_ != 0 && data_ != MAP_FAILED) munmap(data_, size_);
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  const absl::Status& error() const { return error_; }

  // Empty if a byte of it is outside.
  absl::string_view Part(uint64_t offset, uint64_t size) const {
    if (offset > size_ || size > size_ - offset) return {};
    return {static_cast<const char*>(data_) + offset,
            static_cast<size_t>(size)};
  }

  template <typename T>
  bool Read(uint64_t offset, T* value) const {
    const absl::string_view part = Part(offset, sizeof(T));
    if (part.empty()) return false;
    std::memcpy(value, part.data(), sizeof(T));
    return true;
  }

 private:
  absl::Status error_;
  void* data_ = MAP_FAILED;
  size_t size_ = 0;
};

// The text that begins at an offset of a table; empty if there is none.
absl::string_view TextAt(absl::string_view table, uint64_t offset) {
  if (offset >= table.size()) return {};
  const absl::string_view rest = table.substr(offset);
  const size_t end = rest.find('\0');
  return end == absl::string_view::npos ? absl::string_view()
                                        : rest.substr(0, end);
}

class Reader {
 public:
  Reader(const Bytes& bytes, const std::set<std::string>& symbols)
      : bytes_(bytes), symbols_(symbols) {}

  // False if the file is damaged.
  bool Read(ElfFile* elf) {
    if (!bytes_.Read(0, &header_)) return false;
    for (size_t i = 0; i < header_.e_phnum; ++i) {
      Elf64_Phdr segment;
      if (!bytes_.Read(header_.e_phoff + i * sizeof(segment), &segment)) {
        return false;
      }
      if (segment.p_type != PT_INTERP) continue;
      elf->interpreter = std::string(
          TextAt(bytes_.Part(segment.p_offset, segment.p_filesz), 0));
    }
    for (size_t i = 0; i < header_.e_shnum; ++i) {
      Elf64_Shdr section;
      if (!Section(i, &section)) return false;
      if (section.sh_type == SHT_DYNAMIC && !ReadDynamic(section, elf)) {
        return false;
      }
      const bool is_symbols =
          section.sh_type == SHT_SYMTAB || section.sh_type == SHT_DYNSYM;
      if (is_symbols && !ReadSymbols(section, elf)) return false;
    }
    return true;
  }

 private:
  bool Section(uint64_t index, Elf64_Shdr* section) const {
    return index < header_.e_shnum &&
           bytes_.Read(header_.e_shoff + index * sizeof(*section), section);
  }

  // The texts that a section's entries name, which are in another section.
  absl::string_view Texts(const Elf64_Shdr& section) const {
    Elf64_Shdr texts;
    if (!Section(section.sh_link, &texts)) return {};
    return bytes_.Part(texts.sh_offset, texts.sh_size);
  }

  bool ReadDynamic(const Elf64_Shdr& section, ElfFile* elf) const {
    const absl::string_view texts = Texts(section);
    for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= section.sh_size;
         at += sizeof(Elf64_Dyn)) {
      Elf64_Dyn entry;
      if (!bytes_.Read(section.sh_offset + at, &entry)) return false;
      if (entry.d_tag != DT_NEEDED) continue;
      elf->needed.emplace_back(TextAt(texts, entry.d_un.d_val));
    }
    return true;
  }

  bool ReadSymbols(const Elf64_Shdr& section, ElfFile* elf) const {
    elf->has_symbols |= section.sh_type == SHT_SYMTAB;
    const absl::string_view texts = Texts(section);
    for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size;
         at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      if (!bytes_.Read(section.sh_offset + at, &symbol)) return false;
      const absl::string_view name = TextAt(texts, symbol.st_name);
      // A few are looked for, among a million.
      for (const std::string& wanted : symbols_) {
        if (name == wanted) Note(wanted, section, symbol, elf);
      }
    }
    return true;
  }

  static void Note(const std::string& name, const Elf64_Shdr& section,
                   const Elf64_Sym& symbol, ElfFile* elf) {
    if (symbol.st_shndx == SHN_UNDEF) {
      elf->undefined.insert(name);
      return;
    }
    elf->defined.insert(name);
    if (section.sh_type == SHT_DYNSYM) elf->exported.insert(name);
  }

  const Bytes& bytes_;
  const std::set<std::string>& symbols_;
  Elf64_Ehdr header_ = {};
};

bool IsForThisMachine(absl::string_view identity) {
  constexpr char kByteOrder =
      __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
  return sizeof(void*) == 8 && identity[EI_CLASS] == ELFCLASS64 &&
         identity[EI_DATA] == kByteOrder;
}

}  // namespace

absl::StatusOr<ElfFile> ReadElf(const std::string& path,
                                const std::set<std::string>& symbols) {
  const Bytes bytes(path);
  if (!bytes.error().ok()) return bytes.error();
  const absl::string_view identity = bytes.Part(0, EI_NIDENT);
  if (identity.empty() || identity.substr(0, SELFMAG) != ELFMAG) {
    return absl::InvalidArgumentError(path + " is not an ELF file");
  }
  ElfFile elf;
  elf.for_this_machine = IsForThisMachine(identity);
  if (elf.for_this_machine && !Reader(bytes, symbols).Read(&elf)) {
    return absl::InvalidArgumentError(path + " is a damaged ELF file");
  }
  return elf;
}

}  // namespace waybill
