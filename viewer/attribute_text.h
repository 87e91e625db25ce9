// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// OTLP attributes as text that people read.
//
//   waybill::ViewAttribute shown = waybill::ReadAttribute(key_value);
//   // {"cart.items", "3", ValueType::kInt}
//
// Text is shown as it is, arrays and maps in the manner of JSON, bytes in
// hexadecimal digits. A value longer than kMaxTextBytes ends in "…"; what is
// nested deeper than eight levels is shown as "…". Of a list of attributes the
// first kMaxShown are read.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_ATTRIBUTE_TEXT_H_
#define WAYBILL_VIEWER_ATTRIBUTE_TEXT_H_

#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "viewer/otlp/common.pb.h"
#include "waybill/viewer/span.h"

namespace waybill {

ViewAttribute ReadAttribute(
    const opentelemetry::proto::common::v1::KeyValue& attribute);

std::vector<ViewAttribute> ReadAttributes(
    const google::protobuf::RepeatedPtrField<
        opentelemetry::proto::common::v1::KeyValue>& attributes);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_ATTRIBUTE_TEXT_H_
