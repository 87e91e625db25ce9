// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What tracing systems along the way want to hand on with a trace: a short
// list of key=value members that travels beside the traceparent.
//
// Source: W3C Trace Context Level 2, section 3.3 (tracestate header).
//
//   waybill::TraceState state = waybill::TraceState::Parse(
//       "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
//   state.Get("rojo");                          // "00f067aa0ba902b7"
//   state = state.Set("waybill", "r:1");        // in front, as the text asks
//   state.ToString();        // "waybill=r:1,congo=t61rcWkgMzE,rojo=00f0..."
//
// A TraceState is an immutable value that many spans share: copying it costs
// one reference count, and nothing where it is empty, which is the usual case.
// It may be used from any thread.
//
// Limits: 32 members; keys and values as the specification's grammar has them.
// Parse() answers text that breaks the grammar, or holds a key twice, with an
// empty state, as the specification allows, and says so in *ok. Set() with a
// key or value outside the grammar changes nothing.
#ifndef WAYBILL_PROPAGATION_TRACE_STATE_H_
#define WAYBILL_PROPAGATION_TRACE_STATE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace waybill {

class TraceState {
 public:
  static constexpr size_t kMaxMembers = 32;

  TraceState() = default;
  TraceState(const TraceState& other) : text_(other.text_) {
    if (text_ != nullptr) {
      text_->references.fetch_add(1, std::memory_order_relaxed);
    }
  }
  TraceState(TraceState&& other) noexcept
      : text_(std::exchange(other.text_, nullptr)) {}
  TraceState& operator=(TraceState other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~TraceState() {
    if (text_ != nullptr) Release(text_);
  }

  // header is one tracestate header; where a request had several, they are
  // joined with commas, in order, before they come here. *ok, where given,
  // is false if header was not empty and could not be read.
  static TraceState Parse(absl::string_view header, bool* ok = nullptr);

  bool empty() const { return text_ == nullptr; }
  // Assigns to a state that is empty.
  void SetEmpty(TraceState&& state) {
    if (state.text_ != nullptr) text_ = std::exchange(state.text_, nullptr);
  }

  // The member's value; empty where there is none.
  absl::string_view Get(absl::string_view key) const;

  // A state with key at the front. With 32 members already there, the last
  // one makes room.
  TraceState Set(absl::string_view key, absl::string_view value) const;
  TraceState Delete(absl::string_view key) const;

  // The members as a header's value, in order and without optional space. The
  // view lives as long as any copy of this state.
  absl::string_view ToString() const {
    return text_ == nullptr ? absl::string_view() : text_->text;
  }

  friend bool operator==(const TraceState& a, const TraceState& b) {
    return a.ToString() == b.ToString();
  }
  friend bool operator!=(const TraceState& a, const TraceState& b) {
    return !(a == b);
  }

 private:
  // Shared because spans outlive the request that brought the state, in an
  // order that nobody plans. A pointer of its own kind, because each span holds
  // two and std::shared_ptr is two words.
  struct Text {
    explicit Text(std::string its) : text(std::move(its)) {}
    std::atomic<uint32_t> references{1};
    const std::string text;
  };

  explicit TraceState(std::string text);

  static void Release(Text* text);

  Text* text_ = nullptr;  // null where there are no members
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_TRACE_STATE_H_
