#include "core/probe/goroutine_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "core/probe/stack_collector.h"

namespace leasescope {
namespace {

constexpr std::string_view kCountedTitle = "goroutine profile: total ";
constexpr std::string_view kGoroutine = "goroutine ";
constexpr std::string_view kCreatedBy = "created by ";
constexpr std::string_view kMinutes = " minutes";
constexpr std::size_t kGoCutsAt = 64 << 20;  // Go: runtime/pprof writeGoroutineStacks

/// Takes the first line off, without its end.
std::string_view takeLine(std::string_view& text) {
  const auto end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view afterBlanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

bool isBlank(char c) { return c == ' ' || c == '\t'; }

/// Takes the first word off, whatever blanks are before it: a copied text may have spaces for tabs.
std::string_view takeWord(std::string_view& line) {
  while (!line.empty() && isBlank(line.front())) line.remove_prefix(1);
  std::size_t size = 0;
  while (size < line.size() && !isBlank(line[size])) ++size;
  const std::string_view word = line.substr(0, size);
  line.remove_prefix(size);
  return word;
}

std::optional<std::int64_t> takeNumber(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// "6 @ 0x43a636 ...": 6.
std::optional<std::int64_t> countOf(std::string_view line) {
  const auto count = takeNumber(line);
  return count && line.starts_with(" @") ? count : std::nullopt;
}

/// "#	0x91521e	main.main+0x7e	main.go:66": main.main. Empty where an address has no name, and for
/// labels.
std::string_view nameOf(std::string_view line) {
  takeWord(line);
  if (!takeWord(line).starts_with("0x")) return {};
  const std::string_view name = takeWord(line);
  return name.substr(0, name.rfind("+0x"));
}

/// The lines of a ?debug=1 text below its title.
class CountedStacks {
 public:
  void addLine(std::string_view line) {
    if (const auto count = countOf(line)) {
      finish();
      count_ = *count;
    } else if (line.starts_with('#')) {
      if (const std::string_view name = nameOf(line); !name.empty()) {
        functions_.push_back(collector_.function(name));
      }
    }
  }
  bool tooMuch() const { return collector_.tooMuch(); }

  absl::StatusOr<GoroutineProfile> take() {
    finish();
    return collector_.take();
  }

 private:
  void finish() {
    collector_.add(count_, functions_);
    count_ = 0;
    functions_.clear();
  }

  StackCollector collector_;
  std::int64_t count_ = 0;
  std::vector<std::uint32_t> functions_;
};

/// What a line tells that begins a stack: "goroutine 57 gp=0xc000 [chan receive, 5 minutes, locked to
/// thread]:".
struct DumpTitle {
  int waitMinutes = 0;
};

std::optional<DumpTitle> dumpTitle(std::string_view line) {
  if (!line.starts_with(kGoroutine)) return std::nullopt;
  line.remove_prefix(kGoroutine.size());
  if (!takeNumber(line)) return std::nullopt;
  const auto open = line.find('[');
  if (line.find(']', open) == std::string_view::npos) return std::nullopt;
  DumpTitle title;
  const auto minutes = line.find(kMinutes, open);
  if (minutes == std::string_view::npos) return title;
  std::string_view number = line.substr(0, minutes);
  number.remove_prefix(number.rfind(' ') + 1);
  std::from_chars(number.data(), number.data() + number.size(), title.waitMinutes);
  return title;
}

/// "net/http.(*conn).serve(0xc000152f00, {0xb49660, 0xc000123d70})": all before its arguments, which have no
/// parentheses. Empty if it is no call.
std::string_view calledIn(std::string_view line) {
  const auto arguments = line.rfind('(');
  return arguments == std::string_view::npos ? std::string_view() : line.substr(0, arguments);
}

/// The lines of a ?debug=2 text.
class StackDump {
 public:
  void addLine(std::string_view line) {
    if (const auto title = dumpTitle(line)) {
      finish();
      open_ = true;
      waitMinutes_ = title->waitMinutes;
    } else if (line.empty()) {
      finish();
    } else if (open_) {
      addFrame(line);
    }
    beganInVain_ = !open_ && (line.starts_with(kGoroutine) || kGoroutine.starts_with(line)) && !line.empty();
  }
  bool tooMuch() const { return collector_.tooMuch(); }

  absl::StatusOr<GoroutineProfile> take() {
    // All but the first goroutine and the runtime's own say in the end by whom they were begun.
    const bool complete =
        !beganInVain_ && (!open_ || begun_ || last_ == "main.main" || last_ == "runtime.main");
    finish();
    absl::StatusOr<GoroutineProfile> profile = collector_.take();
    if (profile.ok()) profile->complete = complete;
    return profile;
  }

 private:
  void addFrame(std::string_view line) {
    if (isBlank(line.front()) || line.starts_with("...")) return;  // where the call is; frames left out
    if (line.starts_with(kCreatedBy)) {
      begun_ = true;
    } else if (const std::string_view name = calledIn(line); !begun_ && !name.empty()) {
      last_ = name;
      functions_.push_back(collector_.function(name));
    }
  }

  void finish() {
    if (open_) collector_.add(1, functions_, waitMinutes_);
    open_ = begun_ = false;
    last_ = {};
    functions_.clear();
  }

  StackCollector collector_;
  bool open_ = false;   // within a stack
  bool begun_ = false;  // at whose end is said who began it
  bool beganInVain_ = false;
  int waitMinutes_ = 0;
  std::string_view last_;
  std::vector<std::uint32_t> functions_;
};

template <typename Lines>
absl::StatusOr<GoroutineProfile> takeLines(std::string_view text) {
  Lines lines;
  while (!text.empty() && !lines.tooMuch()) lines.addLine(takeLine(text));
  return lines.take();
}

}  // namespace

bool isCountedStacks(std::string_view text) { return afterBlanks(text).starts_with(kCountedTitle); }

absl::StatusOr<GoroutineProfile> parseCountedStacks(std::string_view text) {
  text = afterBlanks(text);
  std::string_view title = takeLine(text).substr(kCountedTitle.size());
  const auto total = takeNumber(title);
  absl::StatusOr<GoroutineProfile> profile = takeLines<CountedStacks>(text);
  if (!profile.ok()) return profile;
  if (!total || profile->stacks.empty()) {
    return absl::InvalidArgumentError("this goroutine profile ends before its first stack: fetch it again");
  }
  profile->complete = profile->total >= *total;
  return profile;
}

bool isStackDump(std::string_view text) {
  while (!text.empty()) {
    if (dumpTitle(takeLine(text))) return true;
  }
  return false;
}

absl::StatusOr<GoroutineProfile> parseStackDump(std::string_view text) {
  absl::StatusOr<GoroutineProfile> profile = takeLines<StackDump>(text);
  if (profile.ok() && text.size() >= kGoCutsAt) profile->complete = false;
  return profile;
}

}  // namespace leasescope
