#include <unistd.h>

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/leasescopectl/console.h"
#include "app/leasescopectl/json_output.h"
#include "core/actions/actions.h"
#include "core/diagnosis/wording.h"
#include "core/picture/key_text.h"
#include "fmt/format.h"

namespace leasescope {
namespace {

struct ActionFlags {
  std::string subject;
  bool dryRun = false;
  bool yes = false;
  bool json = false;
};

int exitCodeOf(const ActionOutcome& outcome) {
  switch (outcome.kind) {
    case ActionOutcome::Kind::Done:
      return kFine;
    case ActionOutcome::Kind::Gone:
    case ActionOutcome::Kind::Changed:
      return kNo;
    default:
      return kUnknown;
  }
}

std::string holderAfter(const RevokePreview::LockEffect& effect) {
  if (!effect.nextHolder) return "then held by nobody";
  const Contender& holder = *effect.nextHolder;
  return fmt::format("{} held by {}", effect.staysHolder ? "still" : "then",
                     holder.hasLease() ? "lease " + sessionText(holder.lease, effect.nextIdentity.get())
                                       : printableKey(holder.key));
}

std::string effectsText(const std::vector<RevokePreview::LockEffect>& effects,
                        const RevokePreview::Unseen& unseen) {
  std::string out;
  for (const auto& effect : effects) {
    out += fmt::format("  {} of {}: {}\n", roleName(effect.role), printableKey(effect.lock),
                       holderAfter(effect));
    if (effect.role == RevokePreview::LockEffect::Role::Waiter) {
      out +=
          "    warning: clients older than 3.5 do not check their own key and may take the lock all the "
          "same\n";
    }
  }
  if (unseen.locks > 0) {
    out += fmt::format(
        "  not looked at: {} above these keys ({}); a lock of such a name may get a holder, too\n",
        counted(unseen.locks, "name"), unseen.why);
  }
  return out;
}

bool holdsOne(const std::vector<RevokePreview::LockEffect>& effects) {
  using Effect = RevokePreview::LockEffect;
  return std::ranges::find(effects, Effect::Role::Holder, &Effect::role) != effects.end();
}

std::string previewText(const RevokePreview& preview) {
  std::string out =
      fmt::format("lease {}: {} left of {}, {} {} with it\n", etcd::leaseHex(preview.lease),
                  absl::FormatDuration(preview.remaining), absl::FormatDuration(preview.granted),
                  preview.keys.size(), preview.keys.size() == 1 ? "key vanishes" : "keys vanish");
  if (preview.identity != nullptr) out += fmt::format("  who: {}\n", identityText(preview.identity.get()));
  for (const std::string& key : preview.otherKeys) {
    const bool identity = isIdentityKeyOf(key, preview.lease);
    out += fmt::format("  {}: {}\n", identity ? "says who holds it" : "no lock", printableKey(key));
  }
  out += effectsText(preview.locks, preview.unseen);
  if (holdsOne(preview.locks)) {
    out += fmt::format("  the client may go on for up to {} without knowing\n",
                       absl::FormatDuration(absl::Ceil(preview.granted / 3, absl::Seconds(1))));
  }
  return out;
}

std::string previewText(const ReleasePreview& preview) {
  std::string out = fmt::format("key {} (create revision {}): it alone vanishes, {}\n",
                                printableKey(preview.key), preview.createRevision,
                                preview.lease == etcd::kNoLease
                                    ? "it has no lease"
                                    : fmt::format("lease {} lives on", etcd::leaseHex(preview.lease)));
  out += effectsText(preview.locks, preview.unseen);
  if (preview.locks.empty())
    out += "  it is in somebody's way, but more keys are: nobody gets a lock by that\n";
  if (holdsOne(preview.locks)) out += "  the client is not told, and may go on until it looks at its key\n";
  return out;
}

/// Asks at the terminal; only "yes" is a yes.
bool confirmed(const std::string& question) {
  std::cerr << question << " [yes/no] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

bool mayAsk() { return isatty(STDIN_FILENO) == 1; }

int runRevoke(const Console& console, const ActionFlags& flags) {
  const auto lease = etcd::parseLeaseId(flags.subject);
  if (!lease.ok()) return console.fail("revoke", lease.status());
  if (!flags.dryRun && !flags.yes && !mayAsk()) {
    return console.usage("without a terminal revoke needs --yes, or --dry-run to only look");
  }
  const auto options = console.connection();
  if (!options.ok()) return console.fail("revoke", options.status());
  const auto client = etcd::Client::create(*options);
  if (!client.ok()) return console.fail("revoke", client.status());
  const Actions actions(*client, options->user);
  absl::StatusOr<RevokePreview> preview = actions.previewRevoke(*lease);
  if (!preview.ok()) return console.fail("revoke", preview.status());
  if (!flags.json) console.printText(previewText(*preview));
  if (flags.dryRun) {
    if (flags.json) console.printJson(toJson(*preview, false));
    return kFine;
  }
  if (!flags.yes && !confirmed("revoke it?")) return kNo;
  const ActionOutcome outcome = actions.revoke(*preview);
  if (flags.json)
    console.printJson(toJson(outcome.preview.value_or(*preview), outcome.kind == ActionOutcome::Kind::Done));
  if (outcome.kind == ActionOutcome::Kind::Done) {
    if (!flags.json) console.printText(outcome.message + "\n");
  } else {
    console.fail("revoke", absl::UnknownError(outcome.message));
  }
  return exitCodeOf(outcome);
}

int runRelease(const Console& console, const ActionFlags& flags) {
  if (flags.subject.empty()) return console.usage("the key is empty");
  if (!flags.dryRun && !flags.yes && !mayAsk()) {
    return console.usage("without a terminal release needs --yes, or --dry-run to only look");
  }
  const auto options = console.connection();
  if (!options.ok()) return console.fail("release", options.status());
  const auto client = etcd::Client::create(*options);
  if (!client.ok()) return console.fail("release", client.status());
  const Actions actions(*client, options->user);
  const absl::StatusOr<ReleasePreview> preview = actions.previewRelease(flags.subject);
  if (!preview.ok()) return console.fail("release", preview.status());
  if (!preview->concernsLocks) {
    return console.fail("release",
                        absl::NotFoundError(fmt::format("{} is in no lock's queue, and nobody waits for it: "
                                                        "nothing was done; etcdctl del deletes any key",
                                                        printableKey(flags.subject))));
  }
  if (!flags.json) console.printText(previewText(*preview));
  if (flags.dryRun) {
    if (flags.json) console.printJson(toJson(*preview, false));
    return kFine;
  }
  if (!flags.yes && !confirmed("delete it?")) return kNo;
  const ActionOutcome outcome = actions.release(flags.subject, preview->createRevision);
  const bool done = outcome.kind == ActionOutcome::Kind::Done;
  if (flags.json) {
    console.printJson(toJson(*preview, done));
  } else if (done) {
    console.printText(outcome.message + "\n");
  }
  if (!done) console.fail("release", absl::UnknownError(outcome.message));
  return exitCodeOf(outcome);
}

}  // namespace

void addActionCommands(CLI::App& app, Console& console) {
  CLI::App* revoke = app.add_subcommand("revoke", "revoke a lease, after showing what vanishes with it");
  const auto revokeFlags = std::make_shared<ActionFlags>();
  revoke->add_option("LEASE", revokeFlags->subject, "as etcdctl prints it, or decimal")->required();
  revoke->add_flag("--dry-run", revokeFlags->dryRun, "only show");
  revoke->add_flag("--yes", revokeFlags->yes, "don't ask");
  revoke->add_flag("--json", revokeFlags->json, "one JSON object");
  revoke->callback([&console, revokeFlags] { console.exitCode = runRevoke(console, *revokeFlags); });

  CLI::App* release =
      app.add_subcommand("release", "delete one lock key, after showing what that does; its lease stays");
  const auto releaseFlags = std::make_shared<ActionFlags>();
  release->add_option("KEY", releaseFlags->subject, "the whole key")->required();
  release->add_flag("--dry-run", releaseFlags->dryRun, "only show");
  release->add_flag("--yes", releaseFlags->yes, "don't ask");
  release->add_flag("--json", releaseFlags->json, "one JSON object");
  release->callback([&console, releaseFlags] { console.exitCode = runRelease(console, *releaseFlags); });
}

}  // namespace leasescope
