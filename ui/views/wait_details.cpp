#include "ui/views/wait_details.h"

#include <algorithm>
#include <optional>

#include <QLabel>
#include <QPushButton>

#include "core/picture/contender_name.h"
#include "ui/models/cycle_words.h"
#include "ui/models/format.h"
#include "ui/models/insights.h"
#include "ui/models/lease_words.h"
#include "ui/models/lock_trouble.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/theme.h"
#include "ui/views/queue_list.h"

namespace leasescope::ui {
namespace {

constexpr std::size_t kMostLines = 12;
constexpr std::size_t kMostKeysLookedAt = 200;
constexpr int kMostLockChars = 80;
constexpr int kMostTitleChars = 200;

QString lockName(const std::string& lock, int mostChars = kMostLockChars) {
  return lock.empty() ? WaitDetails::tr("(empty name)") : keyText(lock, mostChars);
}

/// The locks that the lease holds, in byte order; of a lease with very many keys only some are looked at.
QStringList heldBy(const Lease& lease, const LocksModel& locks) {
  QStringList names;
  const std::size_t keys = std::min(lease.keys->size(), kMostKeysLookedAt);
  for (std::size_t i = 0; i < keys; ++i) {
    const std::string& key = (*lease.keys)[i];
    const auto name = contenderName(key, lease.id, ValueKind::Empty);
    const Lock* lock = name ? locks.lock(locks.find(std::string(name->lock))) : nullptr;
    if (lock == nullptr || lock->holder() == nullptr || lock->holder()->key != key) continue;
    names << lockName(lock->name);
  }
  return names;
}

QString asLines(QStringList lines) {
  const auto most = static_cast<qsizetype>(kMostLines);
  if (lines.size() > most) {
    const qsizetype more = lines.size() - most;
    lines = lines.first(most);
    lines << WaitDetails::tr("… %1 more").arg(countText(more));
  }
  return lines.join(u'\n');
}

std::size_t placeOf(const Lock& lock, LeaseId session) {
  const auto place = std::ranges::find(lock.queue, session, &Contender::lease);
  return place == lock.queue.end() ? 0 : static_cast<std::size_t>(place - lock.queue.begin());
}

/// What the circle means that the session is in, the one that is most certain.
std::optional<Insight> cycleInsight(LeaseId session, ShownPicture& picture) {
  const std::vector<WaitCycle> cycles = picture.cycles();
  const auto in = std::ranges::find_if(cycles, [session](const WaitCycle& cycle) {
    const std::vector<LeaseId> sessions = sessionsIn(cycle);
    return std::ranges::find(sessions, session) != sessions.end();
  });
  if (in == cycles.end()) return std::nullopt;
  if (in->confidence == Confidence::Proven) {
    return Insight{Tone::Bad,
                   WaitDetails::tr("Deadlocked: it waits for somebody who waits for it. No lock in "
                                   "this circle gets free by itself as long as the sessions are "
                                   "renewed.")};
  }
  const QString why =
      jointsOf(*in).empty()
          ? WaitDetails::tr(
                "A session in this circle does several things at a time, so what holds may not be "
                "what waits. If it is, none of them can go on.")
          : WaitDetails::tr(
                "A thread in this circle holds with one session and waits with another. If it "
                "does one thing after the other, none of them can go on.");
  return Insight{Tone::Warning, WaitDetails::tr("Perhaps deadlocked. %1").arg(why)};
}

}  // namespace

WaitDetails::WaitDetails(QWidget* parent) : DetailsPane(parent) {
  queueHeading_ = addHeading(tr("QUEUE"));
  queue_ = new QueueList(this);
  addPart(queue_);
  const auto addList = [this](QLabel*& heading, QLabel*& lines, const QString& text) {
    heading = addHeading(text);
    lines = addText();
    lines->setFont(monospace());
  };
  addList(holdsHeading_, holds_, tr("HOLDS"));
  addList(waitsHeading_, waits_, tr("WAITS FOR"));
  addList(blocksHeading_, blocks_, tr("WAITED FOR BY"));
  revoke_ = addButton({}, tr("Revoke lease…"), QStringLiteral("revokeLease"));
  setFlag(revoke_, "danger");
  open_ = addButton({}, {}, QStringLiteral("openPage"));
  connect(open_, &QPushButton::clicked, this, &WaitDetails::openRequested);
  connect(revoke_, &QPushButton::clicked, this, &WaitDetails::revokeRequested);
}

bool WaitDetails::show(const GraphItem& item, ShownPicture& picture) {
  const auto* session = std::get_if<LeaseId>(&item);
  const auto* wait = std::get_if<WaitEdge>(&item);
  if (session != nullptr && !showSession(*session, picture)) return false;
  if (wait != nullptr && !showLock(*wait, picture)) return false;
  if (session == nullptr && wait == nullptr) return false;
  const bool ofSession = session != nullptr;
  for (QWidget* part : std::initializer_list<QWidget*>{queueHeading_, queue_}) part->setVisible(!ofSession);
  for (QWidget* part : {holdsHeading_, holds_, waitsHeading_, waits_, blocksHeading_, blocks_}) {
    part->setVisible(ofSession);
  }
  open_->setText(ofSession ? tr("Show in Leases") : tr("Show in Locks"));
  revoke_->setVisible(ofSession);
  return true;
}

bool WaitDetails::showSession(LeaseId session, ShownPicture& picture) {
  const Lease* lease = picture.book().find(session);
  if (lease == nullptr) return false;
  const Moment now = picture.clock().now();
  setTitle(leaseText(session));
  setSummary(tr("%1 · TTL %2 · %3")
                 .arg(whoWords(lease), ttlWords(lease, now),
                      keyCountText(static_cast<qint64>(lease->keys->size()))));
  const std::optional<Insight> deadlocked = cycleInsight(session, picture);
  setInsight(deadlocked ? *deadlocked : leaseInsight(*lease, now));
  setPlotVisible(true);
  setPlotHeading(tr("TTL LEFT — %1 SEEN").arg(renewalCountText(lease->renewals).toUpper()));
  plotLeases({session}, picture);
  showLocksOf(session, picture);
  return true;
}

void WaitDetails::showLocksOf(LeaseId session, ShownPicture& picture) {
  const LocksModel& locks = *picture.locks();
  const QStringList held = heldBy(*picture.book().find(session), locks);
  QStringList waits;
  for (const WaitEdge& edge : picture.waits().waitsOf(session)) {
    const QString before = edge.holder != etcd::kNoLease
                               ? withWho(leaseText(edge.holder), picture.book().find(edge.holder))
                               : tr("the key %1, which has no lease").arg(keyText(edge.key, kMostLockChars));
    waits << (waitsForHolder(edge, locks) ? tr("%1, held by %2") : tr("%1, behind %2"))
                 .arg(lockName(edge.lock), before);
  }
  QStringList blocks;
  for (const WaitEdge& edge : picture.waits().waitersFor(session)) {
    blocks << tr("%1, for %2")
                  .arg(withWho(leaseText(edge.waiter), picture.book().find(edge.waiter)),
                       lockName(edge.lock));
  }
  holds_->setText(held.isEmpty() ? tr("no lock") : asLines(held));
  waits_->setText(waits.isEmpty() ? tr("nobody") : asLines(waits));
  blocks_->setText(blocks.isEmpty() ? tr("nobody") : asLines(blocks));
}

bool WaitDetails::showLock(const WaitEdge& wait, ShownPicture& picture) {
  const LocksModel& locks = *picture.locks();
  const Lock* lock = locks.lock(locks.find(wait.lock));
  if (lock == nullptr) return false;
  const Moment now = picture.clock().now();
  setTitle(lockName(lock->name, kMostTitleChars));
  setSummary(lockSummary(*lock, now));
  const std::optional<Insight> trouble = lockTrouble(*lock, picture);
  setInsight(trouble ? *trouble : lockInsight(*lock, picture.book(), now));
  queue_->set(*lock, placeOf(*lock, wait.waiter), picture.book(), now);
  const Contender* holder = lock->holder();
  const bool leased = holder != nullptr && holder->hasLease();
  setPlotVisible(leased);
  if (!leased) return true;
  setPlotHeading(tr("TTL OF THE HOLDER, LEASE %1").arg(leaseText(holder->lease)));
  plotLeases({holder->lease}, picture);
  return true;
}

}  // namespace leasescope::ui
