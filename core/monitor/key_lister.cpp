#include "core/monitor/key_lister.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

// etcd allows 128 operations a transaction.
constexpr std::size_t kValuesPerCall = 100;
constexpr int kAttempts = 5;

std::string rangeName(const etcd::KeyRange& range) {
  return range.key == std::string(1, '\0') ? "all keys" : fmt::format("prefix '{}'", range.key);
}

class Lister {
 public:
  Lister(etcd::Client& client, const ListOptions& options)
      : client_(client), options_(options), pageSize_(options.pageSize) {}

  absl::Status addRange(const etcd::KeyRange& range) {
    etcd::RangeQuery query{.range = range, .revision = listing_.revision};
    while (true) {
      query.limit = pageSize_;
      absl::StatusOr<etcd::RangeResult> page = client_.rangeKeys(query);
      if (isTooLarge(page.status()) && pageSize_ > 1) {
        pageSize_ = std::max<std::int64_t>(1, pageSize_ / 8);
        continue;
      }
      if (!page.ok()) return explain(page.status(), range);
      if (listing_.revision == 0) listing_.revision = page->header.revision;
      listing_.clusterId = page->header.clusterId;
      for (etcd::KeyValue& kv : page->kvs) addKey(std::move(kv));
      if (!page->more) return absl::OkStatus();
      query.revision = listing_.revision;
      query.range.key = listing_.keys.back().key + '\0';
      absl::SleepFor(options_.rest);
    }
  }

  /// Tells a mutex's empty value from an election's proposal, and reads who holders say they are.
  absl::Status addValues() {
    std::vector<ListedKey*> wanted;
    for (ListedKey& key : listing_.keys) {
      if (mayBeContender(key.key) || isIdentityKeyOf(key.key, key.lease)) wanted.push_back(&key);
    }
    for (std::size_t first = 0; first < wanted.size(); first += kValuesPerCall) {
      const auto last = std::min(first + kValuesPerCall, wanted.size());
      if (absl::Status status = readValues({wanted.begin() + static_cast<std::ptrdiff_t>(first),
                                            wanted.begin() + static_cast<std::ptrdiff_t>(last)});
          !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  Listing take() { return std::move(listing_); }

 private:
  void addKey(etcd::KeyValue&& kv) {
    listing_.keys.push_back({.key = std::move(kv.key),
                             .createRevision = kv.createRevision,
                             .modRevision = kv.modRevision,
                             .version = kv.version,
                             .lease = kv.lease,
                             .value = ValueKind::Unknown,
                             .identity = {}});
  }

  absl::Status readValues(const std::vector<ListedKey*>& keys) {
    etcd::Transaction reads;
    for (const ListedKey* key : keys) {
      reads.then.emplace_back(
          etcd::RangeQuery{.range = etcd::KeyRange::single(key->key), .revision = listing_.revision});
    }
    absl::StatusOr<etcd::TransactionResult> result = client_.transact(reads);
    // Too large together; or etcd is out of space, where 3.3 refuses transactions that only read, too.
    if (absl::IsResourceExhausted(result.status())) return readOneByOne(keys);
    if (!result.ok()) return result.status();
    for (std::size_t i = 0; i < keys.size() && i < result->answers.size(); ++i) {
      note(*keys[i], result->answers[i].kvs);
    }
    return absl::OkStatus();
  }

  absl::Status readOneByOne(const std::vector<ListedKey*>& keys) {
    for (ListedKey* key : keys) {
      const auto read =
          client_.range({.range = etcd::KeyRange::single(key->key), .revision = listing_.revision});
      if (read.ok()) {
        note(*key, read->kvs);
      } else if (isTooLarge(read.status())) {
        key->value = ValueKind::Present;  // what is too large to be read is not empty
      } else {
        return read.status();
      }
    }
    return absl::OkStatus();
  }

  static void note(ListedKey& key, const std::vector<etcd::KeyValue>& kvs) {
    if (kvs.empty()) return;
    key.value = kvs.front().value.empty() ? ValueKind::Empty : ValueKind::Present;
    if (isIdentityKeyOf(key.key, key.lease)) key.identity = kvs.front().value;
  }

  /// gRPC's word for an answer over the limit of this side; the server's ResourceExhausted are others.
  static bool isTooLarge(const absl::Status& status) {
    return absl::IsResourceExhausted(status) &&
           status.message().find("larger than max") != absl::string_view::npos;
  }

  static absl::Status explain(const absl::Status& status, const etcd::KeyRange& range) {
    if (!absl::IsPermissionDenied(status)) return status;
    return absl::PermissionDeniedError(
        fmt::format("this user may not read {}: give --prefix for what it may read", rangeName(range)));
  }

  etcd::Client& client_;
  const ListOptions options_;
  std::int64_t pageSize_;
  Listing listing_;
};

}  // namespace

absl::StatusOr<Listing> listKeys(etcd::Client& client, const std::vector<etcd::KeyRange>& ranges,
                                 const ListOptions& options) {
  absl::Status status;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Lister lister(client, options);
    status = absl::OkStatus();
    for (const etcd::KeyRange& range : ranges) {
      if (status.ok()) status = lister.addRange(range);
    }
    if (status.ok() && options.values) status = lister.addValues();
    if (status.ok()) return lister.take();
    if (!absl::IsOutOfRange(status)) return status;  // otherwise: compacted meanwhile
  }
  return status;
}

}  // namespace leasescope
