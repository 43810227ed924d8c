#include "core/diagnosis/wait_graph_dot.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <vector>

#include "core/etcd/lease_id.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"
#include "fmt/ranges.h"

namespace leasescope {
namespace {

constexpr std::size_t kMostLabelCharacters = 120;
constexpr std::string_view kRed = "\"#b91c1c\"";
constexpr std::string_view kAmber = "\"#b45309\"";

bool beginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

std::string nodeName(LeaseId lease) { return dotQuoted(etcd::leaseHex(lease)); }

std::string keyName(const std::string& key) { return dotQuoted("key " + printableKey(key)); }

std::string lockLabel(const std::string& lock) {
  if (lock.empty()) return dotQuoted("(empty name)");
  return dotQuoted(shortened(printableKey(lock), kMostLabelCharacters));
}

std::string coloured(Confidence inCycle) {
  return fmt::format("color={0}, fontcolor={0}", inCycle == Confidence::Proven ? kRed : kAmber);
}

std::string head(const WaitGraphPart& part) {
  std::string text =
      "digraph waits {\n"
      "  rankdir=BT;\n"
      "  node [shape=box, style=rounded, fontname=\"monospace\"];\n";
  if (part.edgesLeftOut > 0) {
    text +=
        fmt::format("  label={};\n",
                    dotQuoted(fmt::format("{} of {} waits are drawn; {} sessions are not", part.edges.size(),
                                          part.edges.size() + part.edgesLeftOut, part.sessionsLeftOut)));
  }
  return text;
}

std::string nodes(const WaitGraphPart& part, const SessionIdentities& identities) {
  std::map<LeaseId, Confidence> inCycles;
  for (const auto& [wait, inCycle] : part.edges) {
    if (!inCycle) continue;
    for (const LeaseId session : {wait.waiter, wait.holder}) {
      Confidence& known = inCycles.try_emplace(session, *inCycle).first->second;
      known = std::max(known, *inCycle);
    }
  }
  std::string text;
  for (const LeaseId session : sessionsIn(part)) {
    std::vector<std::string> attributes;
    if (const auto who = identities.find(session); who != identities.end()) {
      attributes.push_back("label=" +
                           dotQuoted(etcd::leaseHex(session) + "\n" + identityText(who->second.get())));
    }
    if (const auto cycle = inCycles.find(session); cycle != inCycles.end()) {
      attributes.push_back(coloured(cycle->second));
    }
    text += "  " + nodeName(session);
    if (!attributes.empty()) text += fmt::format(" [{}]", fmt::join(attributes, ", "));
    text += ";\n";
  }
  return text;
}

std::string keysWithoutLease(const WaitGraphPart& part) {
  std::set<std::string> keys;
  for (const auto& [wait, inCycle] : part.edges) {
    if (wait.holder == etcd::kNoLease) keys.insert(wait.key);
  }
  std::string text;
  for (const std::string& key : keys) {
    text += fmt::format("  {} [style=dashed, label={}];\n", keyName(key),
                        dotQuoted(shortened(printableKey(key), kMostLabelCharacters) + "\nhas no lease"));
  }
  return text;
}

std::string edges(const WaitGraphPart& part) {
  std::string text;
  for (const auto& [wait, inCycle] : part.edges) {
    text += fmt::format("  {} -> {} [label={}{}];\n", nodeName(wait.waiter),
                        wait.holder != etcd::kNoLease ? nodeName(wait.holder) : keyName(wait.key),
                        lockLabel(wait.lock), inCycle ? ", " + coloured(*inCycle) : "");
  }
  return text;
}

std::string joints(const WaitGraphPart& part) {
  std::string text;
  for (const WaitJoint& joint : part.joints) {
    text += fmt::format("  {} -> {} [label=\"one thread\", style=dotted, dir=none, {}];\n",
                        nodeName(joint.has), nodeName(joint.waits), coloured(Confidence::Suspected));
  }
  return text;
}

std::string tails(const WaitGraphPart& part) {
  std::string text;
  for (std::size_t i = 0; i < part.tails.size(); ++i) {
    const WaitGraphPart::Tail& tail = part.tails[i];
    text += fmt::format(
        "  \"more {0}\" [shape=plaintext, label={1}];\n"
        "  \"more {0}\" -> {2} [style=dashed, label={3}];\n",
        i + 1, dotQuoted(fmt::format("{} more wait", tail.waiters)), nodeName(tail.behind),
        lockLabel(tail.lock));
  }
  return text;
}

}  // namespace

std::string toDot(const WaitGraphPart& part, const SessionIdentities& identities) {
  return head(part) + nodes(part, identities) + keysWithoutLease(part) + edges(part) + joints(part) +
         tails(part) + "}\n";
}

std::string dotQuoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
    if (c == '&') out += "amp;";  // Graphviz reads "&lt;" as "<" in every label
  }
  out += '"';
  return out;
}

std::string shortened(std::string_view text, std::size_t mostCharacters) {
  const auto characters = static_cast<std::size_t>(std::ranges::count_if(text, beginsCharacter));
  if (characters <= mostCharacters) return std::string(text);
  const std::size_t tail = (mostCharacters - 1) / 2;
  const std::size_t head = mostCharacters - 1 - tail;
  std::string out;
  std::size_t seen = 0;
  for (const char c : text) {
    if (beginsCharacter(c)) ++seen;
    if (seen <= head || seen > characters - tail) out += c;
    if (seen == head + 1 && beginsCharacter(c)) out += "…";
  }
  return out;
}

}  // namespace leasescope
