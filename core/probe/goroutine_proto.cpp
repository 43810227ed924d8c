#include "core/probe/goroutine_proto.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "core/picture/key_text.h"
#include "core/probe/stack_collector.h"
#include "core/probe/wire_reader.h"

namespace leasescope {
namespace {

constexpr std::size_t kLongestKind = 40;

// Field numbers of pprof's proto/profile.proto.
namespace profile_field {
constexpr std::uint64_t kSampleType = 1;
constexpr std::uint64_t kSample = 2;
constexpr std::uint64_t kLocation = 4;
constexpr std::uint64_t kFunction = 5;
constexpr std::uint64_t kStringTable = 6;
}  // namespace profile_field
namespace value_type_field {
constexpr std::uint64_t kType = 1;
}  // namespace value_type_field
namespace sample_field {
constexpr std::uint64_t kLocationId = 1;
constexpr std::uint64_t kValue = 2;
}  // namespace sample_field
namespace location_field {
constexpr std::uint64_t kId = 1;
constexpr std::uint64_t kLine = 4;
}  // namespace location_field
namespace line_field {
constexpr std::uint64_t kFunctionId = 1;
}  // namespace line_field
namespace function_field {
constexpr std::uint64_t kId = 1;
constexpr std::uint64_t kName = 2;
}  // namespace function_field

/// One message's number of this field, 0 if it is not there; nothing if the message is damaged.
std::optional<std::uint64_t> numberIn(std::string_view message, std::uint64_t field) {
  WireReader reader(message);
  std::uint64_t number = 0;
  while (reader.nextField()) {
    if (reader.field() == field) number = reader.number().value_or(0);
  }
  if (reader.damaged()) return std::nullopt;
  return number;
}

/// Adds what the current field holds of a repeated number, packed or not. False if it is damaged.
bool appendNumbers(const WireReader& reader, std::vector<std::uint64_t>& numbers) {
  if (reader.number()) numbers.push_back(*reader.number());
  WireReader packed(reader.bytes().value_or(""));
  while (const auto number = packed.nextVarint()) numbers.push_back(*number);
  return !packed.damaged();
}

/// Reads the message twice, since samples come before what they refer to. Every step is false when damaged.
class ProtoProfile {
 public:
  explicit ProtoProfile(std::string_view message) : message_(message) {}

  bool readTables();
  /// What was counted: "goroutine", "heap", ...; empty if that is not said.
  std::string_view kind() const { return kind_ < strings_.size() ? strings_[kind_] : ""; }
  bool readSamples(StackCollector& collector);

 private:
  struct Lines {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  bool readTable(std::uint64_t field, std::string_view bytes);
  bool addLocation(std::string_view message);
  bool addFunction(std::string_view message);
  bool readSample(std::string_view message, StackCollector& collector);
  bool appendFunctionsAt(std::uint64_t location, StackCollector& collector);

  std::string_view message_;
  std::uint64_t kind_ = 0;
  bool hasKind_ = false;
  std::vector<std::string_view> strings_;
  absl::flat_hash_map<std::uint64_t, std::uint64_t> functionNames_;  // by function id; places in strings_
  absl::flat_hash_map<std::uint64_t, Lines> locations_;              // by location id; part of lines_
  std::vector<std::uint64_t> lines_;                                 // function ids, innermost first
  // Of one sample; members, so that their memory is used again.
  std::vector<std::uint64_t> locationIds_;
  std::vector<std::uint64_t> values_;
  std::vector<std::uint32_t> functions_;
};

bool ProtoProfile::readTables() {
  WireReader reader(message_);
  while (reader.nextField()) {
    if (reader.bytes() && !readTable(reader.field(), *reader.bytes())) return false;
  }
  return !reader.damaged();
}

bool ProtoProfile::readTable(std::uint64_t field, std::string_view bytes) {
  switch (field) {
    case profile_field::kSampleType:
      if (!hasKind_) kind_ = numberIn(bytes, value_type_field::kType).value_or(0);
      hasKind_ = true;
      return true;
    case profile_field::kLocation:
      return addLocation(bytes);
    case profile_field::kFunction:
      return addFunction(bytes);
    case profile_field::kStringTable:
      strings_.push_back(bytes);
      return true;
    default:
      return true;
  }
}

bool ProtoProfile::addLocation(std::string_view message) {
  WireReader reader(message);
  std::uint64_t id = 0;
  Lines lines{.begin = lines_.size()};
  while (reader.nextField()) {
    if (reader.field() == location_field::kId) id = reader.number().value_or(0);
    if (reader.field() != location_field::kLine) continue;
    const auto function = numberIn(reader.bytes().value_or(""), line_field::kFunctionId);
    if (!function) return false;
    lines_.push_back(*function);
  }
  lines.end = lines_.size();
  locations_[id] = lines;
  return !reader.damaged();
}

bool ProtoProfile::addFunction(std::string_view message) {
  const auto id = numberIn(message, function_field::kId);
  const auto name = numberIn(message, function_field::kName);
  if (!id || !name) return false;
  functionNames_[*id] = *name;
  return true;
}

bool ProtoProfile::readSamples(StackCollector& collector) {
  WireReader reader(message_);
  while (reader.nextField() && !collector.tooMuch()) {
    if (reader.field() != profile_field::kSample || !reader.bytes()) continue;
    if (!readSample(*reader.bytes(), collector)) return false;
  }
  return true;
}

bool ProtoProfile::readSample(std::string_view message, StackCollector& collector) {
  locationIds_.clear();
  values_.clear();
  functions_.clear();
  WireReader reader(message);
  while (reader.nextField()) {
    if (reader.field() == sample_field::kLocationId && !appendNumbers(reader, locationIds_)) return false;
    if (reader.field() == sample_field::kValue && !appendNumbers(reader, values_)) return false;
  }
  if (reader.damaged() || values_.empty()) return false;
  const auto count = static_cast<std::int64_t>(values_.front());
  if (count < 0) return false;
  for (const std::uint64_t id : locationIds_) {
    if (functions_.size() > StackCollector::kMostFunctionsSeen) break;  // the collector refuses these already
    if (!appendFunctionsAt(id, collector)) return false;
  }
  collector.add(count, functions_);
  return true;
}

bool ProtoProfile::appendFunctionsAt(std::uint64_t location, StackCollector& collector) {
  const auto found = locations_.find(location);
  if (found == locations_.end()) return false;
  const Lines lines = found->second;
  for (const std::uint64_t id : absl::MakeSpan(lines_).subspan(lines.begin, lines.end - lines.begin)) {
    const auto name = functionNames_.find(id);
    if (name == functionNames_.end() || name->second >= strings_.size()) return false;
    functions_.push_back(collector.function(strings_[name->second]));
  }
  return true;
}

absl::Status damaged() {
  return absl::InvalidArgumentError(
      "this is no goroutine profile, or a damaged one: fetch /debug/pprof/goroutine again");
}

}  // namespace

absl::Status notOfGoroutines(std::string_view kind) {
  return absl::InvalidArgumentError(absl::StrCat("this is a profile of another kind (",
                                                 printableKey(kind.substr(0, kLongestKind)),
                                                 "): give what /debug/pprof/goroutine answers"));
}

absl::StatusOr<GoroutineProfile> parseGoroutineProto(std::string_view message) {
  ProtoProfile profile(message);
  if (!profile.readTables() || profile.kind().empty()) return damaged();
  if (profile.kind() != "goroutine") return notOfGoroutines(profile.kind());
  StackCollector collector;
  if (!profile.readSamples(collector)) return damaged();
  return collector.take();
}

}  // namespace leasescope
