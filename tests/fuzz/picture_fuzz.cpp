#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fuzzer/FuzzedDataProvider.h>

#include "core/picture/picture.h"
#include "tests/fuzz/require.h"
#include "tests/support/history.h"
#include "tests/support/picture_mirror.h"

namespace leasescope {
namespace {

/// Few names, so that they meet, and now and then anything.
std::string anyKey(FuzzedDataProvider& data) {
  if (data.ConsumeIntegral<std::uint8_t>() < 16) return data.ConsumeRandomLengthString(24);
  const std::string lock = data.PickValueInArray({"", "a", "a/", "a/b", "a/1f", "b", "leasescope/holders"});
  return lock +
         data.PickValueInArray({"", "/", "/1f", "/2e", "/-1f", "/01f", "/694d8257011d2a11", "/config"});
}

LeaseId anyLease(FuzzedDataProvider& data, const std::string& key) {
  const auto own = etcd::leaseFromCanonicalHex(key.substr(key.rfind('/') + 1));
  if (own && data.ConsumeIntegral<std::uint8_t>() < 192) return *own;
  return data.PickValueInArray<LeaseId>({etcd::kNoLease, 0x1f, 0x2e, -0x1f, 0x694d8257011d2a11});
}

/// One revision; etcd refuses a transaction that writes a key twice.
std::vector<etcd::Event> commitAny(FuzzedDataProvider& data, History& history) {
  std::map<std::string, History::Write> writes;
  for (auto count = data.ConsumeIntegralInRange<int>(1, 4); count > 0; --count) {
    const std::string key = anyKey(data);
    if (key.empty()) continue;  // no key for etcd
    writes[key] = data.ConsumeBool()
                      ? History::remove(key)
                      : History::put(key, anyLease(data, key), data.ConsumeBool() ? "text" : "");
  }
  std::vector<History::Write> each;
  each.reserve(writes.size());
  for (auto& [key, write] : writes) each.push_back(std::move(write));
  return history.commit(each);
}

void check(Picture& picture, Mirror& mirror, const History& history) {
  Picture listed;
  listed.restore(history.listing(), at(2));
  require(keysOf(picture) == keysOf(listed), "the keys are those of the list");
  require(picture.revision() == listed.revision(), "the revision is that of the list");
  require(picture.lockCount() == listed.lockCount(), "there is no other lock");
  mirror.apply(picture.takeChanges());
  mirror.dropLeasesWithoutKeys();
  const Mirror expected = everythingOf(history.listing());
  require(mirror.locks == expected.locks, "the locks are those of the list");
  require(mirror.leases == expected.leases, "the leases are those of the list");
}

}  // namespace
}  // namespace leasescope

/// Any history, listed and followed in any steps, is what a list of it at the end is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace leasescope;  // NOLINT(google-build-using-namespace): a program of one function
  FuzzedDataProvider data(bytes, size);
  History history;
  Picture picture;
  Mirror mirror;
  std::vector<etcd::Event> pending;
  picture.restore(history.listing(), at(0));
  while (data.remaining_bytes() > 0) {
    std::ranges::move(commitAny(data, history), std::back_inserter(pending));
    const auto choice = data.ConsumeIntegralInRange<int>(0, 15);
    if (choice == 0) picture.restore(history.listing(), at(1));  // what is pending comes although it is known
    if (choice >= 8) picture.apply(std::exchange(pending, {}), at(1));
    if (choice % 2 == 0) mirror.apply(picture.takeChanges());
  }
  picture.apply(pending, at(1));
  check(picture, mirror, history);
  return 0;
}
