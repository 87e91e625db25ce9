// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/scope.h"

#include "waybill/recorder/thread_state.h"

namespace waybill {

Scope::Scope(const SpanRef& span) : Scope(span, CurrentBaggage()) {}

Scope::Scope(const SpanRef& span, Baggage baggage)
    : span_(span),
      baggage_(std::move(baggage)),
      outer_(ThreadState::current_scope()) {
  ThreadState::current_scope() = this;
}

Scope::~Scope() {
  // Nearly always this is the innermost one. A scope that ends out of turn is
  // unhooked where it hangs: nothing may lead back to it later.
  Scope** link = &ThreadState::current_scope();
  while (*link != nullptr && *link != this) link = &(*link)->outer_;
  if (*link == this) *link = outer_;
}

SpanRef CurrentSpan() {
  const Scope* scope = ThreadState::current_scope();
  return scope == nullptr ? SpanRef() : scope->span();
}

Baggage CurrentBaggage() {
  const Scope* scope = ThreadState::current_scope();
  return scope == nullptr ? Baggage() : scope->baggage();
}

Context CurrentContext() {
  const Scope* scope = ThreadState::current_scope();
  if (scope == nullptr) return Context();
  return {scope->span().context(), scope->baggage()};
}

}  // namespace waybill
