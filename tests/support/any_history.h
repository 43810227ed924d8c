#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "tests/support/history.h"

namespace leasescope {

using Transaction = std::vector<History::Write>;

// Few keys and leases, so that they meet often: nested names, names that end in '/', the empty name, keys
// that are no contenders, one that stays a contender without its lease, and keys of identities.
inline const std::vector<std::string> kKeys = {"a",
                                               "a/",
                                               "a/1f",
                                               "a/2e",
                                               "a/3d",
                                               "a/b",
                                               "a/b/1f",
                                               "a/b/2e",
                                               "a/b/",
                                               "a//1f",
                                               "a/1f/2e",
                                               "a/config",
                                               "ab/1f",
                                               "/1f",
                                               "b/-1f",
                                               "b/694d8257011d2a11",
                                               "leasescope/holders/1f",
                                               "leasescope/holders/2e"};
inline const std::vector<LeaseId> kLeases = {etcd::kNoLease, 0x1f, 0x1f,  0x2e,
                                             0x2e,           0x3d, -0x1f, 0x694d8257011d2a11};

/// Most puts attach a contender's key to its own lease, as clients do.
inline rc::Gen<History::Write> anyWrite() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::elementOf(kKeys), rc::gen::elementOf(kLeases), rc::gen::inRange(0, 10)),
      [](const std::tuple<std::string, LeaseId, int>& parts) {
        const auto& [key, lease, choice] = parts;
        if (choice < 4) return History::remove(key);
        const auto own = etcd::leaseFromCanonicalHex(key.substr(key.rfind('/') + 1));
        return History::put(key, own && choice < 8 ? *own : lease,
                            choice % 3 == 0 ? R"({"service":"text"})" : "");
      });
}

/// etcd refuses a transaction that writes a key twice.
inline Transaction eachKeyOnce(Transaction writes) {
  std::ranges::stable_sort(writes, {}, &History::Write::key);
  const auto sameKey = [](const History::Write& a, const History::Write& b) { return a.key == b.key; };
  writes.erase(std::unique(writes.begin(), writes.end(), sameKey), writes.end());
  return writes;
}

inline rc::Gen<std::vector<Transaction>> anyHistory() {
  const auto transaction = rc::gen::map(
      rc::gen::mapcat(rc::gen::weightedElement<std::size_t>({{6, 1}, {2, 2}, {2, 4}}),
                      [](std::size_t size) { return rc::gen::container<Transaction>(size, anyWrite()); }),
      eachKeyOnce);
  return rc::gen::container<std::vector<Transaction>>(transaction);
}

/// Sessions that queue up for a few locks and leave again: circles come and go.
inline rc::Gen<std::vector<Transaction>> anyQueues() {
  const auto transaction =
      rc::gen::map(rc::gen::tuple(rc::gen::elementOf(std::vector<std::string>{"a", "a/b", "b", "c"}),
                                  rc::gen::inRange<LeaseId>(1, 6), rc::gen::inRange(0, 3)),
                   [](const std::tuple<std::string, LeaseId, int>& parts) {
                     const auto& [lock, lease, choice] = parts;
                     const std::string key = lock + "/" + etcd::leaseHex(lease);
                     return Transaction{choice == 0 ? History::remove(key) : History::put(key, lease)};
                   });
  return rc::gen::container<std::vector<Transaction>>(transaction);
}

}  // namespace leasescope
