// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/agent/rpc_program_for_test.h"

int main(int argc, char** argv) { return RpcProgram(argc, argv); }
