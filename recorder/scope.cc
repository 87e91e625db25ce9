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
  SetInnermost(this);
}

// Nearly always this is the innermost one. A scope that ends out of turn is
// unhooked where it hangs: nothing may lead back to it later.
Scope::~Scope() {
  Scope* inner = ThreadState::current_scope();
  if (inner == this) {
    SetInnermost(outer_);
    return;
  }
  while (inner != nullptr && inner->outer_ != this) inner = inner->outer_;
  if (inner != nullptr) inner->outer_ = outer_;
}

void Scope::SetInnermost(Scope* scope) {
  const SpanContext* const context =
      scope == nullptr ? nullptr : &scope->span_.context();
  ThreadState::current_scope() = scope;
  ThreadState::current_parent() =
      context == nullptr || !context->IsValid() ? nullptr : context;
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
