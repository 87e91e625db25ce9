// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/span_view.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/test_util.h"

namespace waybill {
namespace {

class SpanViewTest : public ::testing::Test {
 protected:
  SpanViewTest() { slot_->Reset(settings_, TraceState()); }
  ~SpanViewTest() override { pool_.Release(slot_); }

  void Set(const Attribute& attribute) {
    slot_->SetAttributes(absl::MakeConstSpan(&attribute, 1),
                         slot_->generation());
  }

  std::string Keys() const {
    std::string keys;
    view_.ForEachAttribute([&](const AttributeView& attribute) {
      absl::StrAppend(&keys, attribute.key(), " ");
    });
    return keys;
  }

  SlotPool pool_{SlotPool::kMinBytes, 1};
  const SlotSettings settings_{&pool_, nullptr, 1, SpanLimits()};
  SpanSlot* const slot_ = pool_.Take(0);
  ClockAnchor anchor_ = {1000, 5'001'000};
  SpanView view_{slot_, &anchor_};
};

TEST_F(SpanViewTest, ConvertsTimesByTheAnchor) {
  slot_->start_ticks = 2000;
  slot_->end_ticks = 2500;
  EXPECT_EQ(view_.start_unix_nanos(), 5'002'000u);
  EXPECT_EQ(view_.end_unix_nanos(), 5'002'500u);
  EXPECT_EQ(view_.duration_nanos(), 500u);
}

TEST_F(SpanViewTest, ShowsTheFieldsOfTheSpan) {
  slot_->trace_id = TraceId(1, 2);
  slot_->span_id = SpanId(3);
  slot_->parent_span_id = SpanId(4);
  slot_->parent_is_remote = true;
  slot_->trace_flags = kSampledFlag;
  slot_->trace_state = TraceState::Parse("a=b");
  slot_->kind = SpanKind::kProducer;
  slot_->status = StatusCode::kError;
  slot_->dropped_attributes = 5;
  slot_->dropped_events = 6;
  slot_->dropped_links = 7;
  EXPECT_EQ(view_.trace_id(), TraceId(1, 2));
  EXPECT_EQ(view_.span_id(), SpanId(3));
  EXPECT_EQ(view_.parent_span_id(), SpanId(4));
  EXPECT_TRUE(view_.parent_is_remote());
  EXPECT_EQ(view_.trace_flags(), kSampledFlag);
  EXPECT_EQ(view_.trace_state().ToString(), "a=b");
  EXPECT_EQ(view_.kind(), SpanKind::kProducer);
  EXPECT_EQ(view_.status(), StatusCode::kError);
  EXPECT_EQ(view_.dropped_attributes(), 5u);
  EXPECT_EQ(view_.dropped_events(), 6u);
  EXPECT_EQ(view_.dropped_links(), 7u);
}

TEST_F(SpanViewTest, FindsEachKindOfEntryAmongTheOthers) {
  slot_->SetText(EntryTag::kName, "name");
  Set({"a", 1});
  slot_->AddEvent("event", 1500, {{"in.event", 1}});
  slot_->SetText(EntryTag::kStatus, "message");
  slot_->AddLink(SpanContext(TraceId(1, 2), SpanId(3), kSampledFlag, false,
                             TraceState::Parse("k=v")),
                 {{"in.link", 1}, {"too", 1}});
  Set({"b", 2});
  EXPECT_EQ(view_.name(), "name");
  EXPECT_EQ(view_.status_message(), "message");
  EXPECT_EQ(Keys(), "a b ") << "not those of events and links";
  EXPECT_EQ(SpanView(slot_, &anchor_).content_bytes(), slot_->packed().size());

  std::string seen;
  view_.ForEachEvent([&](const EventView& event) {
    absl::StrAppend(&seen, event.name(), "@", event.unix_nanos(), " -",
                    event.dropped_attributes());
    event.ForEachAttribute([&](const AttributeView& attribute) {
      absl::StrAppend(&seen, " ", attribute.key());
    });
  });
  EXPECT_EQ(seen, "event@5001500 -0 in.event");

  seen.clear();
  view_.ForEachLink([&](const LinkView& link) {
    EXPECT_EQ(link.trace_id_bytes(),
              absl::string_view("\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2", 16));
    EXPECT_EQ(link.span_id_bytes(), absl::string_view("\0\0\0\0\0\0\0\3", 8));
    absl::StrAppend(&seen, link.trace_flags(), " ", link.trace_state(), " -",
                    link.dropped_attributes());
    link.ForEachAttribute([&](const AttributeView& attribute) {
      absl::StrAppend(&seen, " ", attribute.key());
    });
  });
  EXPECT_EQ(seen, "1 k=v -0 in.link too");
}

TEST_F(SpanViewTest, EmptySpanHasNothing) {
  EXPECT_EQ(view_.name(), "");
  EXPECT_EQ(view_.status_message(), "");
  EXPECT_EQ(Keys(), "");
  view_.ForEachEvent([](const EventView&) { ADD_FAILURE(); });
  view_.ForEachLink([](const LinkView&) { ADD_FAILURE(); });
  EXPECT_EQ(view_.span_template(), nullptr);
}

TEST_F(SpanViewTest, TemplateComesFirstAndYieldsToTheSpansOwnName) {
  static const SpanTemplate* shared =
      MakeSpanTemplate("shared", SpanKind::kServer, {{"t", 1}, {"u", "2"}});
  slot_->span_template = shared;
  Set({"own", 1});
  EXPECT_EQ(view_.name(), "shared");
  EXPECT_EQ(Keys(), "t u own ");
  slot_->SetText(EntryTag::kName, "own name");
  EXPECT_EQ(view_.name(), "own name");
}

TEST_F(SpanViewTest, ReadsValuesOfEveryType) {
  const bool bools[] = {true, false};
  const int64_t ints[] = {-1, 2};
  const double doubles[] = {0.5};
  const absl::string_view strings[] = {"", "two"};
  Set({"bool", false});
  Set({"int", -7});
  Set({"double", 1.5});
  Set({"string", "text"});
  Set({"bools", absl::MakeConstSpan(bools)});
  Set({"ints", absl::MakeConstSpan(ints)});
  Set({"doubles", absl::MakeConstSpan(doubles)});
  Set({"strings", absl::MakeConstSpan(strings)});
  std::string seen;
  view_.ForEachAttribute([&](const AttributeView& attribute) {
    absl::StrAppend(&seen, attribute.key(), "=");
    switch (attribute.type()) {
      case AttributeValue::Type::kBool:
        absl::StrAppend(&seen, attribute.bool_value() ? "t" : "f");
        break;
      case AttributeValue::Type::kInt:
        absl::StrAppend(&seen, attribute.int_value());
        break;
      case AttributeValue::Type::kDouble:
        absl::StrAppend(&seen, attribute.double_value());
        break;
      case AttributeValue::Type::kString:
        absl::StrAppend(&seen, attribute.string_value());
        break;
      default:
        attribute.ForEachElement([&](const AttributeValue& element) {
          switch (element.type()) {
            case AttributeValue::Type::kBool:
              absl::StrAppend(&seen, element.bool_value() ? "t" : "f", ",");
              break;
            case AttributeValue::Type::kInt:
              absl::StrAppend(&seen, element.int_value(), ",");
              break;
            case AttributeValue::Type::kDouble:
              absl::StrAppend(&seen, element.double_value(), ",");
              break;
            default:
              absl::StrAppend(&seen, "'", element.string_value(), "',");
          }
        });
    }
    absl::StrAppend(&seen, " ");
  });
  EXPECT_EQ(seen,
            "bool=f int=-7 double=1.5 string=text bools=t,f, ints=-1,2, "
            "doubles=0.5, strings='','two', ");
}

}  // namespace
}  // namespace waybill
