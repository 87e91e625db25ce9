// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/span_slot.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/test_util.h"

namespace waybill {
namespace {

constexpr size_t kInlineBytes = SpanSlot::kBytes - SpanSlot::kHeaderBytes;
// What 64 KiB leave for spans that need more than their slot.
constexpr size_t kOverflowBytes = SlotPool::kMinBytes / 4;

class SpanSlotTest : public ::testing::Test {
 protected:
  SpanSlotTest() : slot_(NewSlot()) {}
  ~SpanSlotTest() override { pool_.Release(slot_); }

  SpanSlot* NewSlot() {
    SpanSlot* slot = pool_.Take(0);
    slot->Reset(settings_, TraceState());
    return slot;
  }

  // To be called before anything is set.
  void SetLimits(const SpanLimits& limits) {
    limited_ = std::make_unique<SlotSettings>(&pool_, &clock_, 1, limits);
    slot_->settings = limited_.get();
  }

  static void Set(SpanSlot* slot, const Attribute& attribute) {
    slot->SetAttributes(absl::MakeConstSpan(&attribute, 1), slot->generation());
  }
  void Set(const Attribute& attribute) { Set(slot_, attribute); }

  // The keys of the span's attributes with the sizes of their values.
  std::string AttributeSizes() const {
    slot_->Seal();
    std::string text;
    Entry entry;
    for (EntryReader reader(slot_->packed()); reader.Next(&entry);) {
      if (entry.header.tag != EntryTag::kAttribute) continue;
      absl::StrAppend(&text, text.empty() ? "" : " ", entry.key, ":",
                      entry.value.size());
    }
    return text;
  }

  // The value of the first such entry; "(none)" where there is none.
  std::string Value(EntryTag tag, absl::string_view key = {}) const {
    slot_->Seal();
    Entry entry;
    for (EntryReader reader(slot_->packed()); reader.Next(&entry);) {
      if (entry.header.tag == tag && entry.key == key) {
        return std::string(entry.value);
      }
    }
    return "(none)";
  }

  std::string AttributeValueOf(absl::string_view key) const {
    return Value(EntryTag::kAttribute, key);
  }

  void UseUpOverflow() {
    while (pool_.ReserveOverflow(1024)) {
    }
    while (pool_.ReserveOverflow(1)) {
    }
  }

  SlotPool pool_{SlotPool::kMinBytes, 1};
  FakeClock clock_;
  const SlotSettings settings_{&pool_, &clock_, 1, SpanLimits()};
  std::unique_ptr<SlotSettings> limited_;
  SpanSlot* const slot_;
};

TEST_F(SpanSlotTest, KeepsAttributesInOrder) {
  Set({"one", "1"});
  Set({"two", 2});
  Set({"three", true});
  EXPECT_EQ(AttributeSizes(), "one:1 two:8 three:8");
  EXPECT_EQ(slot_->attributes, 3u);
  EXPECT_EQ(slot_->dropped_attributes, 0u);
}

TEST_F(SpanSlotTest, KeyThatWasSetBeforeGetsTheNewValue) {
  Set({"a", "old"});
  Set({"b", "other"});
  Set({"a", "newer"});
  EXPECT_EQ(AttributeSizes(), "b:5 a:5");
  EXPECT_EQ(AttributeValueOf("a"), "newer");
  EXPECT_EQ(slot_->attributes, 2u);
}

TEST_F(SpanSlotTest, KeysThatLookAlikeAreDifferentKeys) {
  // Same length, first, middle and last character, so the same hash bit.
  Set({"axbyc", 1});
  Set({"azbwc", 2});
  EXPECT_EQ(AttributeSizes(), "axbyc:8 azbwc:8");
}

TEST_F(SpanSlotTest, ReplacingAnAttributeOverAndOverDoesNotGrow) {
  Set({"other", std::string(200, 'x')});
  for (int i = 0; i < 1000; ++i) Set({"key", absl::StrCat("value ", i)});
  EXPECT_EQ(slot_->data, slot_->inline_data);
  EXPECT_EQ(AttributeSizes(), "other:200 key:9");
  EXPECT_EQ(AttributeValueOf("key"), "value 999");
  EXPECT_EQ(slot_->dropped_attributes, 0u);
}

TEST_F(SpanSlotTest, InternedKeyIsTheSameKeyAsItsText) {
  const AttributeKey kId = InternKey("span_slot_test.id");
  const struct {
    std::vector<Attribute> set;
    const char* sizes;
    const char* reason;
  } kCases[] = {
      {{{kId, 1}, {kId, "22"}}, "span_slot_test.id:2", "twice as interned"},
      {{{kId, 1}, {"span_slot_test.id", "22"}},
       "span_slot_test.id:2",
       "as interned, then as text"},
      {{{"span_slot_test.id", "22"}, {kId, 1}},
       "span_slot_test.id:8",
       "as text, then as interned"},
      {{{kId, 1}, {"b", "22"}},
       "span_slot_test.id:8 b:2",
       "another key is another key"},
  };
  for (const auto& test : kCases) {
    slot_->data_size = slot_->attributes = 0;
    for (const Attribute& attribute : test.set) Set(attribute);
    EXPECT_EQ(AttributeSizes(), test.sizes) << test.reason << ", one by one";
    slot_->data_size = slot_->attributes = 0;
    slot_->SetAttributes(test.set, slot_->generation());
    EXPECT_EQ(AttributeSizes(), test.sizes) << test.reason << ", as a list";
  }
}

TEST_F(SpanSlotTest, ListGoesOnAfterAnUncommonAttribute) {
  const AttributeKey kId = InternKey("span_slot_test.id");
  const bool bools[] = {true, false, true};
  slot_->SetAttributes({{kId, 1},
                        {"", "without a key"},
                        {"list", absl::MakeConstSpan(bools)},
                        {"long", std::string(40, 'v')},
                        {"larger than the slot", std::string(400, 'v')},
                        {"last", 2.5}},
                       slot_->generation());
  EXPECT_EQ(AttributeSizes(),
            "span_slot_test.id:8 list:3 long:40 larger than the slot:400 "
            "last:8");
  EXPECT_EQ(slot_->attributes, 5u);
  EXPECT_EQ(slot_->dropped_attributes, 1u);
}

TEST_F(SpanSlotTest, SaysHowLargeTheEntriesAreWithTheirKeys) {
  const AttributeKey kId = InternKey("span_slot_test.id");
  Set({kId, 1});
  Set({"text", "12"});
  slot_->SetText(EntryTag::kName, "name");
  EXPECT_EQ(slot_->Seal(), 3 * sizeof(EntryHeader) + (17 + 8) + (4 + 2) + 4);
}

TEST_F(SpanSlotTest, CountsAttributesPastTheirLimit) {
  SpanLimits limits;
  limits.attributes = 2;
  SetLimits(limits);
  for (const char* key : {"a", "b", "c", "d"}) Set({key, 1});
  EXPECT_EQ(AttributeSizes(), "a:8 b:8");
  EXPECT_EQ(slot_->dropped_attributes, 2u);
  Set({"a", "replaced"});
  EXPECT_EQ(AttributeSizes(), "b:8 a:8");
  EXPECT_EQ(slot_->dropped_attributes, 2u) << "a new value needs no new place";
}

TEST_F(SpanSlotTest, CutsStringsAtTheirLimit) {
  SpanLimits limits;
  limits.attribute_value_bytes = 4;
  SetLimits(limits);
  Set({"ascii", "abcdef"});
  Set({"utf8", "abc\u20ac"});
  Set({"number", 7});
  EXPECT_EQ(AttributeValueOf("ascii"), "abcd");
  EXPECT_EQ(AttributeValueOf("utf8"), "abc");
  EXPECT_EQ(AttributeSizes(), "ascii:4 utf8:3 number:8");
  EXPECT_EQ(slot_->dropped_attributes, 0u) << "cut is not dropped";
}

TEST_F(SpanSlotTest, DropsAttributesThatCannotBeWritten) {
  const struct {
    std::string key;
    const char* reason;
  } kCases[] = {
      {"", "the specification wants a key"},
      {std::string(65536, 'k'), "longer than 16 bits can say"},
  };
  uint32_t dropped = 0;
  for (const auto& test : kCases) {
    Set({test.key, 1});
    EXPECT_EQ(slot_->dropped_attributes, ++dropped) << test.reason;
  }
  EXPECT_EQ(slot_->data_size, 0u);
}

TEST_F(SpanSlotTest, GrowsPastTheSlotAndGivesTheMemoryBack) {
  for (int round = 0; round < 100; ++round) {
    SpanSlot* slot = NewSlot();
    for (int i = 0; i < 20; ++i) {
      Set(slot, {absl::StrCat("key", i), std::string(100, 'v')});
    }
    EXPECT_NE(slot->data, slot->inline_data);
    EXPECT_EQ(slot->attributes, 20u) << "round " << round;
    pool_.Release(slot);
  }
}

TEST_F(SpanSlotTest, FillsTheSlotToTheLastByteBeforeItGrows) {
  const size_t left = kInlineBytes - sizeof(EntryHeader) - 1;
  Set({"k", std::string(left, 'v')});
  EXPECT_EQ(slot_->data, slot_->inline_data);
  Set({"k", std::string(left + 1, 'v')});
  EXPECT_NE(slot_->data, slot_->inline_data);
  EXPECT_EQ(AttributeValueOf("k"), std::string(left + 1, 'v'));
}

TEST_F(SpanSlotTest, CountsWhatFindsTheOverflowBudgetUsedUp) {
  UseUpOverflow();
  const std::string big(kInlineBytes, 'v');
  Set({"small", 1});
  Set({"big", big});
  slot_->AddEvent("big", 0, {{"big", big}});
  slot_->AddLink(SpanContext(), {{"big", big}});
  EXPECT_EQ(AttributeSizes(), "small:8");
  EXPECT_EQ(slot_->dropped_attributes, 1u);
  EXPECT_EQ(slot_->dropped_events, 1u);
  EXPECT_EQ(slot_->dropped_links, 1u);
}

TEST_F(SpanSlotTest, OneSpanCannotHaveMoreThanTheOverflowBudget) {
  Set({"huge", std::string(kOverflowBytes, 'v')});
  EXPECT_EQ(slot_->dropped_attributes, 1u);
  Set({"large", std::string(kOverflowBytes / 2, 'v')});
  EXPECT_EQ(slot_->dropped_attributes, 1u);
  EXPECT_EQ(slot_->attributes, 1u);
}

TEST_F(SpanSlotTest, ReplacesNameAndStatus) {
  slot_->SetText(EntryTag::kName, "first");
  slot_->SetText(EntryTag::kStatus, "broken");
  slot_->SetText(EntryTag::kName, "the second name");
  EXPECT_EQ(Value(EntryTag::kName), "the second name");
  EXPECT_EQ(Value(EntryTag::kStatus), "broken");
  slot_->SetText(EntryTag::kStatus, "");
  EXPECT_EQ(Value(EntryTag::kStatus), "(none)");
  EXPECT_EQ(slot_->data_size, sizeof(EntryHeader) + 15);
}

TEST_F(SpanSlotTest, NameThatFindsNoRoomIsCut) {
  UseUpOverflow();
  slot_->SetText(EntryTag::kName, std::string(kInlineBytes, 'n'));
  EXPECT_EQ(Value(EntryTag::kName),
            std::string(kInlineBytes - sizeof(EntryHeader), 'n'));
  slot_->SetText(EntryTag::kStatus, "no room at all");
  EXPECT_EQ(Value(EntryTag::kStatus), "(none)");
  slot_->SetText(EntryTag::kName, "short");
  slot_->SetText(EntryTag::kStatus, "room now");
  EXPECT_EQ(Value(EntryTag::kName), "short");
  EXPECT_EQ(Value(EntryTag::kStatus), "room now");
}

TEST_F(SpanSlotTest, CountsEventsPastTheirLimits) {
  SpanLimits limits;
  limits.events = 2;
  limits.attributes_per_event = 1;
  SetLimits(limits);
  slot_->AddEvent("one", 11, {});
  slot_->AddEvent("two", 22, {{"a", 1}, {"b", 2}, {"", 3}});
  slot_->AddEvent("three", 33, {});
  EXPECT_EQ(slot_->events, 2u);
  EXPECT_EQ(slot_->dropped_events, 1u);
  const std::string one = Value(EntryTag::kEvent, "one");
  EXPECT_EQ(one.size(), kPackedEventBytes);
  EXPECT_EQ(ReadPacked<uint64_t>(one), 11u);
  const std::string two = Value(EntryTag::kEvent, "two");
  EXPECT_EQ(ReadPacked<uint32_t>(two, 8), 2u) << "attributes dropped";
  EXPECT_EQ(two.size(), kPackedEventBytes + sizeof(EntryHeader) + 1 + 8);
}

TEST_F(SpanSlotTest, CutsTheNameOfAnEventToWhatItsHeaderHolds) {
  SlotPool large(1024 * 1024, 1);
  const SlotSettings settings(&large, &clock_, 1, SpanLimits());
  slot_->settings = &settings;
  slot_->AddEvent(std::string(70000, 'n'), 0, {});
  EXPECT_NE(Value(EntryTag::kEvent, std::string(65535, 'n')), "(none)");
}

TEST_F(SpanSlotTest, CountsLinksPastTheirLimits) {
  SpanLimits limits;
  limits.links = 1;
  limits.attributes_per_link = 1;
  SetLimits(limits);
  const SpanContext context(TraceId(0x0102, 0x03), SpanId(0x04), kSampledFlag,
                            true, TraceState::Parse("a=b"));
  slot_->AddLink(context, {{"k", 1}, {"l", 2}});
  slot_->AddLink(context, {});
  EXPECT_EQ(slot_->links, 1u);
  EXPECT_EQ(slot_->dropped_links, 1u);
  const std::string link = Value(EntryTag::kLink);
  EXPECT_EQ(
      link.substr(0, 24),
      std::string("\0\0\0\0\0\0\1\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\4", 24));
  EXPECT_EQ(ReadPacked<uint32_t>(link, 24), 1u) << "flags";
  EXPECT_EQ(ReadPacked<uint32_t>(link, 28), 1u) << "attributes dropped";
  EXPECT_EQ(ReadPacked<uint32_t>(link, 32), 3u) << "size of the trace state";
  EXPECT_EQ(link.substr(kPackedLinkBytes, 3), "a=b");
  EXPECT_EQ(link.size(), kPackedLinkBytes + 3 + sizeof(EntryHeader) + 1 + 8);
}

TEST_F(SpanSlotTest, LocksForItsGenerationOnly) {
  const uint64_t generation = slot_->generation();
  ASSERT_TRUE(slot_->Lock(generation));
  slot_->Unlock(generation + 1);  // as End() does
  EXPECT_FALSE(slot_->Lock(generation));
  EXPECT_TRUE(slot_->Lock(generation + 1));
  slot_->Unlock(generation + 1);
}

TEST_F(SpanSlotTest, EndsOnceAndNotWhileItIsLocked) {
  const uint64_t generation = slot_->generation();
  ASSERT_TRUE(slot_->Lock(generation));
  EXPECT_FALSE(slot_->TryEnd(generation));
  slot_->Unlock(generation);
  EXPECT_TRUE(slot_->TryEnd(generation));
  EXPECT_FALSE(slot_->TryEnd(generation));
  EXPECT_FALSE(slot_->End(generation));
  EXPECT_TRUE(slot_->End(generation + 1));
}

TEST_F(SpanSlotTest, LockExcludesOtherThreads) {
  constexpr int kTimes = 5000;
  const uint64_t generation = slot_->generation();
  uint64_t counter = 0;
  const auto count = [&] {
    for (int i = 0; i < kTimes; ++i) {
      ASSERT_TRUE(slot_->Lock(generation));
      ++counter;
      slot_->Unlock(generation);
    }
  };
  std::thread other(count);
  count();
  other.join();
  EXPECT_EQ(counter, 2u * kTimes);
}

TEST_F(SpanSlotTest, KeepsTimesThatAreGivenAsTheyAre) {
  const uint64_t now = FakeClock::kUnixNanos + clock_.Ticks();
  const struct {
    absl::Time start;
    absl::Time end;
    uint64_t start_nanos;
    uint64_t end_nanos;
    const char* reason;
  } kCases[] = {
      {absl::FromUnixNanos(now - 5), absl::FromUnixNanos(now + 5), now - 5,
       now + 5, "around now"},
      {absl::UnixEpoch(), absl::FromUnixNanos(7), 0, 7, "long ago"},
      {absl::InfinitePast(), absl::UnixEpoch(), 0, 0,
       "before 1970 counts as 1970"},
      {absl::FromUnixNanos(now), absl::FromUnixNanos(now - 1), now, now,
       "no span ends before it started"},
  };
  for (const auto& test : kCases) {
    slot_->SetStart(test.start);
    slot_->SetEnd(&test.end);
    const ClockAnchor anchor = clock_.Anchor();
    EXPECT_EQ(slot_->StartUnixNanos(anchor), test.start_nanos) << test.reason;
    EXPECT_EQ(slot_->EndUnixNanos(anchor), test.end_nanos) << test.reason;
  }
}

TEST_F(SpanSlotTest, EndsNowAfterAStartThatWasGiven) {
  slot_->SetStart(absl::FromUnixNanos(FakeClock::kUnixNanos));
  slot_->SetEnd(nullptr);
  EXPECT_EQ(slot_->EndUnixNanos(clock_.Anchor()),
            FakeClock::kUnixNanos + clock_.Ticks());
}

}  // namespace
}  // namespace waybill
