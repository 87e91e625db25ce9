// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What an ELF file's symbols say about gRPC, to ReadElf() of elf_file.h.
#ifndef WAYBILL_CLI_GRPC_SYMBOLS_H_
#define WAYBILL_CLI_GRPC_SYMBOLS_H_

namespace waybill {

// Defined: gRPC is inside.
inline constexpr char kGrpcInit[] = "grpc_init";
// Defined: so is the agent. waybill::StartAgent().
inline constexpr char kStartAgent[] = "_ZN7waybill10StartAgentEv";
// Undefined: a program that registers a factory of its own.
// grpc::experimental::RegisterGlobalClientInterceptorFactory(factory).
inline constexpr char kRegisterFactory[] =
    "_ZN4grpc12experimental38RegisterGlobalClientInterceptorFactoryEPNS0_"
    "33ClientInterceptorFactoryInterfaceE";

// What to do about a gRPC that no agent can reach.
inline constexpr char kLinkIn[] =
    "built again with deps = [\"@waybill//agent:link_in\"], it is traced";

}  // namespace waybill

#endif  // WAYBILL_CLI_GRPC_SYMBOLS_H_
