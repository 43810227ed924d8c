#include "tests/chaos/etcd_history.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "fmt/format.h"
#include "tests/support/cluster_witness.h"
#include "tests/support/program.h"

namespace leasescope {
namespace {

constexpr char kMarker[] = "/chaos-marker";
constexpr absl::Duration kPatience = absl::Seconds(15);

std::string bytesOf(const nlohmann::json& kv, const char* field) {
  std::string bytes;
  if (kv.contains(field)) absl::Base64Unescape(kv[field].get<std::string>(), &bytes);
  return bytes;
}

etcd::Event eventOf(const nlohmann::json& json) {
  const nlohmann::json& kv = json.at("kv");
  return {.type = json.value("type", 0) == 1 ? etcd::Event::Type::Delete : etcd::Event::Type::Put,
          .kv = {.key = bytesOf(kv, "key"),
                 .value = bytesOf(kv, "value"),
                 .createRevision = kv.value("create_revision", Revision{0}),
                 .modRevision = kv.value("mod_revision", Revision{0}),
                 .version = kv.value("version", std::int64_t{0}),
                 .lease = kv.value("lease", LeaseId{0})}};
}

/// All events of a line of `etcdctl watch -w json`.
std::vector<etcd::Event> eventsOf(const std::string& line) {
  std::vector<etcd::Event> events;
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return events;
  const nlohmann::json list = json.value("Events", nlohmann::json::array());
  if (!list.is_array()) return events;
  for (const nlohmann::json& event : list) events.push_back(eventOf(event));
  return events;
}

}  // namespace

bool EtcdHistory::begin() {
  const auto listing = listingFromEtcdctl(etcdctl_(), {});
  if (!listing.ok()) return false;
  picture_ = Picture();
  picture_.restore(*listing, Moment::now());
  picture_.takeChanges();
  return true;
}

bool EtcdHistory::readOn() {
  const Etcdctl etcdctl = etcdctl_();
  if (!etcdctl.run({"put", kMarker, "here"}).ok()) return false;
  const auto command =
      etcdctl.command({"watch", "", "--prefix", "-w", "json", fmt::format("--rev={}", revision() + 1)});
  if (!command.ok()) return false;
  const auto newest = listingFromEtcdctl(etcdctl, {kMarker});
  if (!newest.ok()) return false;
  const Revision end = newest->keys.front().modRevision;
  RunningProgram watch(*command);
  std::size_t read = 0;
  std::vector<etcd::Event> events;
  const bool complete = eventually(
      [&] {
        const std::vector<std::string> lines = watch.lines();
        for (; read < lines.size(); ++read) {
          for (etcd::Event& event : eventsOf(lines[read])) events.push_back(std::move(event));
        }
        return !events.empty() && events.back().kv.modRevision >= end;
      },
      kPatience);
  watch.process().terminate(absl::ZeroDuration());
  if (!complete) return false;
  std::erase_if(events, [&](const etcd::Event& event) { return event.kv.modRevision > end; });
  events_ += events.size();
  picture_.apply(events, Moment::now());
  return true;
}

}  // namespace leasescope
