// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// libwaybill_agent.so: the part of the agent that LD_PRELOAD puts into a
// process, and into every process that it starts, most of which have nothing to
// do with gRPC. It needs nothing but the C library, starts nothing, and says
// nothing, until it finds gRPC's C++ library among those loaded. Then, and only
// then, it loads the agent proper from its own folder
// (libwaybill_agent_payload.so), which is built for one version of gRPC.
//
// It looks once when the program starts, and again after each dlopen(), as
// programs with plugins load gRPC late.
//
// gRPC has room for one global client interceptor factory and aborts at the
// second. The agent's comes first, before main(), so the function that a
// program would register its own with is here, too: it takes the agent's away.
//
// C++ without its runtime: no exceptions, no allocation, no static constructor.
#include <dlfcn.h>
#include <link.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <atomic>

// WAYBILL_GRPC_SONAME: which gRPC the payload is built for, as its library is
// called. The build asks the linker.
#include "agent/grpc_soname.h"

namespace {

enum class Grpc {
  kNotFound,
  kOurs,      // the very version that the payload is built for
  kAnother,   // another version
  kUnsecure,  // the library without TLS, which the payload does not fit
};

struct Found {
  Grpc grpc;
  char name[64];
};

constexpr char kStartAgent[] = "_ZN7waybill10StartAgentEv";

// Threads may load libraries at the same time.
std::atomic<bool> done{false};        // nothing is left to look for
std::atomic<bool> registered{false};  // gRPC has the payload's factory
std::atomic<void*> payload{nullptr};  // what dlopen() answered
thread_local bool loading = false;    // the payload, by this thread

__attribute__((format(printf, 1, 2))) void Say(const char* format, ...) {
  const char* log = getenv("WAYBILL_LOG");  // NOLINT(concurrency-mt-unsafe)
  if (log != nullptr && strcmp(log, "off") == 0) return;
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  const int size = vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  if (size <= 0) return;
  const size_t length = static_cast<size_t>(size) < sizeof(line)
                            ? static_cast<size_t>(size)
                            : sizeof(line) - 1;
  if (write(STDERR_FILENO, line, length) < 0) return;
}

const char* NameOf(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash == nullptr ? path : slash + 1;
}

int LookAt(dl_phdr_info* info, size_t, void* data) {
  auto* found = static_cast<Found*>(data);
  const char* name = NameOf(info->dlpi_name);
  const bool unsecure = strncmp(name, "libgrpc++_unsecure.so", 21) == 0;
  if (!unsecure && strncmp(name, "libgrpc++.so", 12) != 0) return 0;
  // /lib/libgrpc++.so.1.51.1 is libgrpc++.so.1.51, too.
  const size_t soname_size = strlen(WAYBILL_GRPC_SONAME);
  const bool ours = strncmp(name, WAYBILL_GRPC_SONAME, soname_size) == 0 &&
                    (name[soname_size] == '\0' || name[soname_size] == '.');
  found->grpc = unsecure ? Grpc::kUnsecure
                : ours   ? Grpc::kOurs
                         : Grpc::kAnother;
  snprintf(found->name, sizeof(found->name), "%s", name);
  return 1;
}

void LoadPayload() {
  Dl_info self;
  char path[4096];
  if (dladdr(reinterpret_cast<void*>(&LoadPayload), &self) == 0) return;
  const int folder_size =
      static_cast<int>(NameOf(self.dli_fname) - self.dli_fname);
  const int size = snprintf(path, sizeof(path), "%.*s%s", folder_size,
                            self.dli_fname, "libwaybill_agent_payload.so");
  if (size <= 0 || static_cast<size_t>(size) >= sizeof(path)) return;
  loading = true;
  payload = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  loading = false;
  if (payload == nullptr) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): it keeps a message for each thread
    Say("waybill: not tracing: %s\n", dlerror());
  }
}

void Look() {
  if (done) return;
  Found found = {Grpc::kNotFound, ""};
  dl_iterate_phdr(LookAt, &found);
  if (found.grpc == Grpc::kNotFound || done.exchange(true)) return;
  switch (found.grpc) {
    case Grpc::kOurs:
      LoadPayload();
      break;
    case Grpc::kAnother:
      Say("waybill: not tracing: this process has %s, this agent is for %s\n",
          found.name, WAYBILL_GRPC_SONAME);
      break;
    case Grpc::kUnsecure:
      Say("waybill: not tracing: this process has %s, this agent is for %s; "
          "link the program with grpc++, or with @waybill//agent:link_in\n",
          found.name, WAYBILL_GRPC_SONAME);
      break;
    case Grpc::kNotFound:
      break;
  }
}

// gRPC's C library: without the C++ library there are no calls of C++.
bool IsInCoreLibrary(void* function) {
  Dl_info info;
  return dladdr(function, &info) != 0 &&
         strncmp(NameOf(info.dli_fname), "libgrpc", 7) == 0;
}

// A program with gRPC inside itself shows it only if it exports symbols; and it
// may have waybill::StartAgent() in it, too.
void LookInside() {
  if (done) return;
  void* found = dlsym(RTLD_DEFAULT, "grpc_init");
  const bool is_inside = found != nullptr && !IsInCoreLibrary(found) &&
                         dlsym(RTLD_DEFAULT, kStartAgent) == nullptr;
  // The program is not to find what these found missing.
  dlerror();  // NOLINT(concurrency-mt-unsafe)
  if (!is_inside) return;
  done = true;
  Say("waybill: not tracing: gRPC is linked into this program statically; add "
      "deps = [\"@waybill//agent:link_in\"] to it\n");
}

__attribute__((constructor)) void OnLoad() {
  Look();
  LookInside();
}

// As the caller of a function here would have found it, were this library not
// in between. A plugin with RTLD_LOCAL finds it in its own dependencies alone.
void* FindFor(void* caller, const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  Dl_info info;
  if (found != nullptr || dladdr(caller, &info) == 0) return found;
  void* handle = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) return nullptr;
  found = dlsym(handle, name);
  dlclose(handle);
  return found;
}

}  // namespace

// grpc::experimental::RegisterGlobalClientInterceptorFactory(factory).
#define WAYBILL_REGISTER                                                   \
  "_ZN4grpc12experimental38RegisterGlobalClientInterceptorFactoryEPNS0_33" \
  "ClientInterceptorFactoryInterfaceE"
#define WAYBILL_REGISTERED \
  "_ZN4grpc8internal35g_global_client_interceptor_factoryE"

extern "C" __attribute__((visibility("default"))) void WaybillRegisterFactory(
    void* factory) __asm__(WAYBILL_REGISTER);

extern "C" void WaybillRegisterFactory(void* factory) {
  void* caller = __builtin_return_address(0);
  using Function = void (*)(void*);
  auto real = reinterpret_cast<Function>(FindFor(caller, WAYBILL_REGISTER));
  if (real == nullptr) return;
  auto** slot = static_cast<void**>(FindFor(caller, WAYBILL_REGISTERED));
  if (loading) registered = true;
  if (loading || slot == nullptr || !registered.exchange(false)) {
    real(factory);
    return;
  }
  // Never null in between: a call that is being made reads it twice.
  *slot = factory;
  Say("waybill: this process has a global client interceptor factory of its "
      "own, and gRPC allows one: calls made are not traced, calls served "
      "are\n");
}

// Waybill in the program itself calls this when it starts, and so does the
// payload, which is not meant. The program's own then has room for all.
extern "C" __attribute__((visibility("default"))) void
waybill_agent_step_aside();

extern "C" void waybill_agent_step_aside() {
  if (loading) return;
  done = true;
  void* loaded = payload.exchange(nullptr);
  if (loaded == nullptr) return;
  registered = false;
  void* step_aside = dlsym(loaded, "waybill_payload_step_aside");
  if (step_aside != nullptr) reinterpret_cast<void (*)()>(step_aside)();
}

// AddressSanitizer's library ends a program where another library was loaded
// before it, which might have its memory functions replaced. None of ours does.
// A program that is built with it asks here, unless it has one of these itself.
// NOLINTBEGIN(bugprone-reserved-identifier): the name is AddressSanitizer's.
extern "C" __attribute__((visibility("default"))) const char*
__asan_default_options();

extern "C" const char* __asan_default_options() {
  return "verify_asan_link_order=0";
}
// NOLINTEND(bugprone-reserved-identifier)

// The C library's own does the work. It looks at its caller's address to search
// a bare name in the caller's RUNPATH, and for $ORIGIN, so such a call is
// handed over whole, as a jump; gRPC that comes that way is found at the next
// call.
extern "C" __attribute__((visibility("default"))) void* dlopen(
    const char* file, int mode) noexcept {
  using Function = void* (*)(const char*, int);
  static Function real = nullptr;
  if (real == nullptr) {
    real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "dlopen"));
  }
  if (done || file == nullptr || strchr(file, '/') == nullptr ||
      strchr(file, '$') != nullptr) {
    return real(file, mode);
  }
  void* handle = real(file, mode);
  if (handle != nullptr) Look();
  return handle;
}
