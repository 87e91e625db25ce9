// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/baggage.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "waybill/propagation/ows.h"
#include "waybill/propagation/percent_encoding.h"
#include "waybill/propagation/utf8.h"

namespace waybill {
namespace {

// RFC 9110, section 5.6.2.
bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::StrContains("!#$%&'*+-.^_`|~", c);
  });
}

bool IsEncodedValue(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), IsBaggageOctet);
}

// Cuts "key = value" in two; false where the halves break the grammar.
bool SplitPair(absl::string_view untrusted, absl::string_view* key,
               absl::string_view* value) {
  const size_t equals = untrusted.find('=');
  if (equals == untrusted.npos) return false;
  *key = TrimOws(untrusted.substr(0, equals));
  *value = TrimOws(untrusted.substr(equals + 1));
  return IsToken(*key) && IsEncodedValue(*value);
}

// Properties are handed on as they are, so what they may hold is checked with
// care: a line end in here would be a header of its own.
bool AreProperties(absl::string_view untrusted) {
  for (absl::string_view property : absl::StrSplit(untrusted, ';')) {
    absl::string_view key;
    absl::string_view value;
    if (!IsToken(TrimOws(property)) && !SplitPair(property, &key, &value)) {
      return false;
    }
  }
  return true;
}

bool ParseMember(absl::string_view untrusted, Baggage::Member* member) {
  const size_t semicolon = untrusted.find(';');
  absl::string_view key;
  absl::string_view value;
  if (!SplitPair(untrusted.substr(0, semicolon), &key, &value)) return false;
  absl::string_view properties;
  if (semicolon != untrusted.npos) {
    properties = TrimOws(untrusted.substr(semicolon + 1));
    if (!AreProperties(properties)) return false;
  }
  *member = {std::string(key), PercentDecode(value), std::string(properties)};
  return true;
}

size_t WireBytes(const Baggage::Member& member) {
  return member.key.size() + 1 + PercentEncodedBytes(member.value) +
         (member.metadata.empty() ? 0 : 1 + member.metadata.size());
}

// Takes in a comma in front of every member but the first.
size_t WireBytes(absl::Span<const Baggage::Member> members) {
  size_t bytes = members.empty() ? 0 : members.size() - 1;
  for (const Baggage::Member& member : members) bytes += WireBytes(member);
  return bytes;
}

}  // namespace

Baggage::Baggage(std::vector<Member> members) {
  if (members.empty()) return;
  members_ = std::make_shared<const std::vector<Member>>(std::move(members));
}

Baggage Baggage::Parse(absl::string_view header, bool* ok) {
  bool kept_all = true;
  std::vector<Member> members;
  size_t bytes = 0;
  for (absl::string_view untrusted : absl::StrSplit(header, ',')) {
    untrusted = TrimOws(untrusted);
    if (untrusted.empty()) continue;  // what joining headers leaves
    if (members.size() == kMaxMembers) {
      kept_all = false;
      break;
    }
    Member member;
    if (!ParseMember(untrusted, &member)) {
      kept_all = false;
      continue;
    }
    const size_t grown = bytes + (members.empty() ? 0 : 1) + WireBytes(member);
    if (grown > kMaxBytes) {
      kept_all = false;
      continue;
    }
    bytes = grown;
    members.push_back(std::move(member));
  }
  if (ok != nullptr) *ok = kept_all;
  return Baggage(std::move(members));
}

absl::Span<const Baggage::Member> Baggage::members() const {
  if (members_ == nullptr) return {};
  return *members_;
}

absl::optional<absl::string_view> Baggage::Get(absl::string_view key) const {
  const absl::Span<const Member> all = members();
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    if (it->key == key) return it->value;
  }
  return absl::nullopt;
}

Baggage Baggage::Set(absl::string_view key, absl::string_view value,
                     absl::string_view metadata) const {
  metadata = TrimOws(metadata);
  if (!IsToken(key) || !IsUtf8(value)) return *this;
  if (!metadata.empty() && !AreProperties(metadata)) return *this;
  const Baggage others = Delete(key);
  std::vector<Member> members(others.members().begin(), others.members().end());
  members.push_back(
      {std::string(key), std::string(value), std::string(metadata)});
  if (members.size() > kMaxMembers || WireBytes(members) > kMaxBytes) {
    return *this;
  }
  return Baggage(std::move(members));
}

Baggage Baggage::Delete(absl::string_view key) const {
  if (!Get(key).has_value()) return *this;
  std::vector<Member> kept;
  for (const Member& member : members()) {
    if (member.key != key) kept.push_back(member);
  }
  return Baggage(std::move(kept));
}

std::string Baggage::ToString() const {
  std::string wire;
  wire.reserve(WireBytes(members()));
  for (const Member& member : members()) {
    absl::StrAppend(&wire, wire.empty() ? "" : ",", member.key, "=");
    AppendPercentEncoded(member.value, &wire);
    if (!member.metadata.empty()) absl::StrAppend(&wire, ";", member.metadata);
  }
  return wire;
}

}  // namespace waybill
