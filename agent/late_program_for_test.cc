// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A program without gRPC, until it loads a plugin with the functions of
// rpc_program_for_test.h: late_program PLUGIN MODE...

#include <dlfcn.h>

#include <cstdio>

int main(int argc, char** argv) {
  void* plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (plugin == nullptr) {
    std::fprintf(stderr, "late_program: %s\n", dlerror());
    return 2;
  }
  using Function = int (*)(int, char**);
  auto run = reinterpret_cast<Function>(dlsym(plugin, "RpcProgram"));
  return run == nullptr ? 2 : run(argc - 1, argv + 1);
}
