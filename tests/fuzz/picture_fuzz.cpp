#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "tests/fuzz/require.h"
#include "tests/support/history.h"
#include "tests/support/picture_words.h"

using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function

namespace {

constexpr std::array kKeys = {"a",     "a/",      "a/1f",     "a/2e", "a/b",   "a/b/1f",
                              "a//1f", "a/1f/2e", "a/config", "/1f",  "b/-1f", "b/694d8257011d2a11"};
constexpr std::array<LeaseId, 5> kLeases = {etcd::kNoLease, 0x1f, 0x2e, -0x1f, 0x694d8257011d2a11};

/// One transaction of up to four keys, each once.
std::vector<History::Write> anyTransaction(FuzzedDataProvider& data) {
  std::vector<History::Write> writes;
  std::size_t key = data.ConsumeIntegralInRange<std::size_t>(0, kKeys.size() - 1);
  for (int i = data.ConsumeIntegralInRange<int>(1, 4); i > 0; --i, key = (key + 5) % kKeys.size()) {
    if (data.ConsumeBool()) {
      writes.push_back(History::remove(kKeys[key]));
    } else {
      writes.push_back(
          History::put(kKeys[key], data.PickValueInArray(kLeases), data.ConsumeBool() ? "v" : ""));
    }
  }
  return writes;
}

std::vector<std::string> inWords(Picture& picture) {
  std::vector<std::string> words;
  ChangeSet all = picture.takeChanges();
  for (const auto& [key, record] : picture.keys()) {
    words.push_back(fmt::format("{}@{}/{} {}", key, record.createRevision, record.modRevision, record.lease));
    if (const auto name = contenderName(key, record.lease, record.value)) {
      words.push_back(leasescope::inWords(picture.lock(std::string(name->lock))));
    }
  }
  return words;
}

}  // namespace

/// Any history, listed anywhere and followed from there in any steps, is what it is at the end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FuzzedDataProvider data(bytes, size);
  History history;
  Picture followed;
  bool listed = false;
  std::vector<etcd::Event> waiting;
  while (data.remaining_bytes() > 0) {
    const auto events = history.commit(anyTransaction(data));
    if (!listed) {
      if ((listed = data.ConsumeBool())) followed.restore(history.listing(), at(0));
      continue;
    }
    waiting.insert(waiting.end(), events.begin(), events.end());
    if (!data.ConsumeBool()) continue;
    followed.apply(waiting, at(1));
    waiting.clear();
  }
  if (!listed) return 0;
  followed.apply(waiting, at(1));
  Picture atTheEnd;
  atTheEnd.restore(history.listing(), at(2));
  require(inWords(followed) == inWords(atTheEnd), "restore and apply equal restore at the end");
  return 0;
}
