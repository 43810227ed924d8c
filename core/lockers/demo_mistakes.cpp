#include "core/lockers/demo_mistakes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope {
namespace {

struct Name {
  std::string_view word;
  bool DemoMistakes::*mistake;
};

constexpr std::string_view kNone = "none";
constexpr std::array kNames = {Name{"session", &DemoMistakes::sessionNotClosed},
                               Name{"lock", &DemoMistakes::lockNotReleased},
                               Name{"context", &DemoMistakes::contextNotCancelled}};

}  // namespace

std::string demoMistakesText(const DemoMistakes& mistakes) {
  std::vector<std::string_view> words;
  for (const Name& name : kNames) {
    if (mistakes.*name.mistake) words.push_back(name.word);
  }
  return words.empty() ? std::string(kNone) : fmt::format("{}", fmt::join(words, ","));
}

absl::StatusOr<DemoMistakes> demoMistakesFrom(std::string_view text) {
  DemoMistakes mistakes = DemoMistakes::none();
  if (text == kNone) return mistakes;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    const auto* const name = std::ranges::find(kNames, word, &Name::word);
    if (name == kNames.end()) {
      return absl::InvalidArgumentError(fmt::format(
          "'{}' is no mistake: session, lock and context are, separated by commas, or none", word));
    }
    mistakes.*name->mistake = true;
    if (comma == std::string_view::npos) return mistakes;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace leasescope
