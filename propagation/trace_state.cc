// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/trace_state.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "waybill/propagation/ows.h"

namespace waybill {
namespace {

constexpr size_t kMaxKeyChars = 256;
constexpr size_t kMaxValueChars = 256;

bool IsLowerOrDigit(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c));
}

// Level 2 lets "@" stand anywhere but in front, so that "tenant@system" is a
// key like any other. Level 1 had a grammar of its own for the two halves.
bool IsKey(absl::string_view key) {
  return !key.empty() && key.size() <= kMaxKeyChars &&
         IsLowerOrDigit(key.front()) &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return IsLowerOrDigit(c) || c == '_' || c == '-' || c == '*' ||
                  c == '/' || c == '@';
         });
}

bool IsValue(absl::string_view value) {
  return !value.empty() && value.size() <= kMaxValueChars &&
         value.back() != ' ' &&
         std::all_of(value.begin(), value.end(), [](char c) {
           return c >= ' ' && c <= '~' && c != ',' && c != '=';
         });
}

bool HasKey(absl::string_view member, absl::string_view key) {
  return member.size() > key.size() && member[key.size()] == '=' &&
         absl::StartsWith(member, key);
}

}  // namespace

TraceState::TraceState(std::string text) {
  if (text.empty()) return;
  text_ = new Text(std::move(text));
}

void TraceState::Release(Text* text) {
  if (text->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    delete text;
  }
}

TraceState TraceState::Parse(absl::string_view header, bool* ok) {
  if (ok != nullptr) *ok = header.empty();
  if (header.empty()) return TraceState();
  std::array<absl::string_view, kMaxMembers> members;
  const auto begin = members.begin();
  auto end = begin;
  for (absl::string_view untrusted : absl::StrSplit(header, ',')) {
    const absl::string_view member = TrimOws(untrusted);
    // Empty members are what joining headers leaves. They count for nothing.
    if (member.empty()) continue;
    const size_t equals = member.find('=');
    if (end == members.end() || equals == member.npos) return TraceState();
    const absl::string_view key = member.substr(0, equals);
    if (!IsKey(key) || !IsValue(member.substr(equals + 1)) ||
        std::any_of(begin, end, [key](absl::string_view earlier) {
          return HasKey(earlier, key);
        })) {
      return TraceState();
    }
    *end++ = member;
  }
  if (ok != nullptr) *ok = true;
  return TraceState(absl::StrJoin(begin, end, ","));
}

absl::string_view TraceState::Get(absl::string_view key) const {
  for (absl::string_view member : absl::StrSplit(ToString(), ',')) {
    if (HasKey(member, key)) return member.substr(key.size() + 1);
  }
  return absl::string_view();
}

TraceState TraceState::Set(absl::string_view key,
                           absl::string_view value) const {
  if (!IsKey(key) || !IsValue(value)) return *this;
  std::string text = absl::StrCat(key, "=", value);
  size_t count = 1;
  for (absl::string_view member : absl::StrSplit(ToString(), ',')) {
    if (member.empty() || HasKey(member, key)) continue;
    if (++count > kMaxMembers) break;
    absl::StrAppend(&text, ",", member);
  }
  return TraceState(std::move(text));
}

TraceState TraceState::Delete(absl::string_view key) const {
  if (Get(key).empty()) return *this;
  return TraceState(absl::StrJoin(
      absl::StrSplit(
          ToString(), ',',
          [key](absl::string_view member) { return !HasKey(member, key); }),
      ","));
}

}  // namespace waybill
