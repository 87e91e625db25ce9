// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Which span this thread is working on now. New spans become its children and
// outgoing calls carry its context, without anybody handing it around.
//
//   {
//     waybill::Span span = waybill::StartSpan("reserve");
//     waybill::Scope scope(span);                  // current until the }
//     waybill::CurrentSpan().SetAttribute("sku", "A-17");
//     stub->Check(&context, request, &reply);      // a child of "reserve"
//   }
//
//   waybill::ScopedSpan span("reserve");           // the same in one line
//
//   pool.Schedule(waybill::Bind([] { ... }));      // current over there, too
//
// A Scope belongs to the thread and the block that it was made in: it lives on
// the stack and ends on its thread. One that ends out of turn is harmless: the
// innermost one that is left is current. It only refers to the span, which may
// end before it. Making one takes a few nanoseconds.
#ifndef WAYBILL_RECORDER_SCOPE_H_
#define WAYBILL_RECORDER_SCOPE_H_

#include <utility>

#include "absl/strings/string_view.h"
#include "waybill/propagation/baggage.h"
#include "waybill/propagation/propagator.h"
#include "waybill/recorder/span.h"
#include "waybill/recorder/tracer.h"

namespace waybill {

class Scope {
 public:
  // Keeps the current baggage.
  explicit Scope(const SpanRef& span);
  Scope(const SpanRef& span, Baggage baggage);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  const SpanRef& span() const { return span_; }
  const Baggage& baggage() const { return baggage_; }

 private:
  // Makes this, or none, what is current.
  static void SetInnermost(Scope* scope);

  const SpanRef span_;
  const Baggage baggage_;
  Scope* outer_;
};

// The innermost scope's span; one that records nothing where there is none.
SpanRef CurrentSpan();
Baggage CurrentBaggage();
// Both, as a propagator injects them.
Context CurrentContext();

// A span that is current for as long as it lives.
class ScopedSpan {
 public:
  explicit ScopedSpan(absl::string_view name)
      : span_(StartSpan(name)), scope_(span_) {}
  ScopedSpan(absl::string_view name, const StartOptions& options)
      : span_(StartSpan(name, options)), scope_(span_) {}

  Span& operator*() { return span_; }
  Span* operator->() { return &span_; }

 private:
  Span span_;
  Scope scope_;
};

// A function that does what fn does, with the span and the baggage that are
// current now as the current ones, on whatever thread it is called.
template <typename Function>
auto Bind(Function fn) {
  return [span = CurrentSpan(), baggage = CurrentBaggage(),
          fn = std::move(fn)](auto&&... args) mutable -> decltype(auto) {
    Scope scope(span, baggage);
    return fn(std::forward<decltype(args)>(args)...);
  };
}

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SCOPE_H_
