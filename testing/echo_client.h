// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Makes one call of the echo service, in any shape and with any of gRPC's
// three client APIs, and says how it came out.
//
//   waybill::EchoResult result = waybill::CallEcho(
//       waybill::EchoApi::kCallback, waybill::EchoShape::kBidiStream, *stub,
//       context, {"a", "error 5 no such thing"});
//   // result.replies == {"a"}, result.status.error_code() == NOT_FOUND
#ifndef WAYBILL_TESTING_ECHO_CLIENT_H_
#define WAYBILL_TESTING_ECHO_CLIENT_H_

#include <grpcpp/client_context.h>

#include <string>
#include <vector>

#include "testing/echo.grpc.pb.h"
#include "waybill/testing/echo_service.h"

namespace waybill {

enum class EchoShape { kUnary, kClientStream, kServerStream, kBidiStream };

struct EchoResult {
  grpc::Status status;
  std::vector<std::string> replies;
};

// Sends texts, of which a shape with one request sends the last. A
// bidirectional stream waits for each reply before the next request. Returns
// when the call is over.
EchoResult CallEcho(EchoApi api, EchoShape shape,
                    testing::Echo::StubInterface& stub,
                    grpc::ClientContext& context,
                    const std::vector<std::string>& texts);

// The method's name, as spans have it: "waybill.testing.Echo/Unary".
std::string EchoMethod(EchoShape shape);

}  // namespace waybill

#endif  // WAYBILL_TESTING_ECHO_CLIENT_H_
