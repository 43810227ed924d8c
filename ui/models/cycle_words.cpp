#include "ui/models/cycle_words.h"

#include <QCoreApplication>

#include "ui/models/format.h"
#include "ui/models/lease_words.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::CycleWords)
};

constexpr std::size_t kMostWaits = 5;
constexpr int kMostLockChars = 40;

QString lockName(const std::string& lock) {
  return lock.empty() ? Words::tr("(empty name)") : keyText(lock, kMostLockChars);
}

/// No line breaks after the dots.
QString shortSessionName(LeaseId session) {
  return shortLeaseText(session).replace(u'…', QStringLiteral("…\u2060"));
}

/// With who has it, if that is said.
QString sessionName(LeaseId session, const LeaseBook& book) {
  return withWho(shortSessionName(session), book.find(session));
}

QString ofOne(const WaitEdge& edge, const LeaseBook& book) {
  return Words::tr("Deadlock: lease %1 waits for %2, where its own older key %3 is in the way.")
      .arg(sessionName(edge.waiter, book), lockName(edge.lock), keyText(edge.key, kMostLockChars));
}

/// " and waits for /b, held by …b2"; of the last edge only the lock: the circle is closed. `as`: empty, or
/// with which other session the same thread waits.
QString wait(const WaitEdge& edge, const QString& as, bool first, bool last, const LocksModel& locks,
             const LeaseBook& book) {
  QString text = (first ? Words::tr(" and%2 waits for %1") : Words::tr(", which%2 waits for %1"))
                     .arg(lockName(edge.lock), as);
  if (last) return text;
  return text + (waitsForHolder(edge, locks) ? Words::tr(", held by %1") : Words::tr(" behind %1"))
                    .arg(sessionName(edge.holder, book));
}

}  // namespace

bool waitsForHolder(const WaitEdge& edge, const LocksModel& locks) {
  const Lock* lock = locks.lock(locks.find(edge.lock));
  const Contender* holder = lock != nullptr ? lock->holder() : nullptr;
  return holder != nullptr && holder->key == edge.key;
}

QString cycleText(const WaitCycle& cycle, const LocksModel& locks, const LeaseBook& book) {
  const std::vector<WaitEdge>& edges = cycle.edges;
  if (edges.size() == 1) return ofOne(edges.front(), book);
  const WaitEdge& closing = edges.back();
  const QString what =
      cycle.confidence == Confidence::Proven ? Words::tr("Deadlock") : Words::tr("Perhaps a deadlock");
  QString text =
      (waitsForHolder(closing, locks) ? Words::tr("%1: lease %2 holds %3")
                                      : Words::tr("%1: lease %2 is before others in the queue of %3"))
          .arg(what, sessionName(closing.holder, book), lockName(closing.lock));
  const std::size_t head = edges.size() <= kMostWaits ? edges.size() : kMostWaits - 1;
  for (std::size_t i = 0; i < head; ++i) {
    const LeaseId before = i == 0 ? closing.holder : edges[i - 1].holder;
    const QString as =
        before == edges[i].waiter
            ? QString()
            : Words::tr(", with its thread's other lease %1,").arg(shortSessionName(edges[i].waiter));
    text += wait(edges[i], as, i == 0, i + 1 == edges.size(), locks, book);
  }
  if (head < edges.size()) {
    const auto others = static_cast<qint64>(edges.size() - head - 1);
    text += Words::tr(" … and after %1 more waits one waits for %2")
                .arg(countText(others), lockName(closing.lock));
  }
  return text + u'.';
}

}  // namespace leasescope::ui
