#include "ui/models/go_service_words.h"

#include <QCoreApplication>
#include <QStringList>

#include "ui/models/format.h"
#include "ui/models/go_services_model.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::GoServiceWords)
};

QString countOf(qint64 count, bool complete) {
  return complete ? countText(count) : Words::tr("at least %1").arg(countText(count));
}

QString asSentence(const QString& text) {
  return text.endsWith(u'.') || text.endsWith(u'?') ? text : text + u'.';
}

QString sessionsText(const SeenGoroutines& seen) {
  const qint64 sessions = seen.roles.sessions;
  if (sessions == 0) return Words::tr("No session is open");
  return sessions == 1 ? Words::tr("1 session is open")
                       : Words::tr("%1 sessions are open").arg(countOf(sessions, seen.complete));
}

QString waitersText(qint64 waiters) {
  return waiters == 1 ? Words::tr("1 goroutine waits for a lock")
                      : Words::tr("%1 goroutines wait for a lock").arg(countText(waiters));
}

/// "12 sessions are open, 9 more than at first; 5 goroutines wait for a lock."
QString openText(const SeenGoroutines& seen, std::optional<double> growth) {
  QString text = sessionsText(seen);
  if (growth && *growth >= 1) text += Words::tr(", %1 more than at first").arg(countText(qRound64(*growth)));
  if (seen.roles.lockWaiters > 0) text += QStringLiteral("; ") + waitersText(seen.roles.lockWaiters);
  text += u'.';
  if (seen.roles.sessions == 0) return text;
  return text + QLatin1Char(' ') + Words::tr("Each keeps its lease alive until it is closed.");
}

}  // namespace

QString goServiceStateText(GoService::State state) {
  switch (state) {
    case GoService::State::Pending:
      return Words::tr("asked");
    case GoService::State::Fresh:
      return Words::tr("answers");
    case GoService::State::Stale:
      return Words::tr("stale");
    case GoService::State::Silent:
      return Words::tr("no profile");
    case GoService::State::Saved:
      return Words::tr("saved");
  }
  return {};
}

Tone goServiceStateTone(GoService::State state) {
  switch (state) {
    case GoService::State::Fresh:
      return Tone::Good;
    case GoService::State::Stale:
      return Tone::Warning;
    case GoService::State::Silent:
      return Tone::Bad;
    case GoService::State::Pending:
    case GoService::State::Saved:
      break;
  }
  return Tone::Neutral;
}

QString howToShowGoroutines() {
  return Words::tr(
      "Give the address of a service that shows its goroutines: it imports _ \"net/http/pprof\" and "
      "listens, for example with http.ListenAndServe(\"127.0.0.1:6060\", nil).");
}

QString goroutineRoleExplanation(int column) {
  switch (column) {
    case GoServicesModel::TotalColumn:
      return Words::tr("All goroutines of the program: the sum of the columns that follow");
    case GoServicesModel::SessionsColumn:
      return Words::tr("In concurrency.NewSession.func1: one for each session that was not closed");
    case GoServicesModel::WaitersColumn:
      return Words::tr("In Mutex.Lock, waiting for the keys before theirs to vanish");
    case GoServicesModel::KeptAliveColumn:
      return Words::tr("In (*lessor).keepAliveCtxCloser: one for each lease that the program keeps alive");
    case GoServicesModel::LoopsColumn:
      return Words::tr("The keep-alive loops: three for each client that keeps any lease alive");
    case GoServicesModel::WatchersColumn:
      return Words::tr("In the client's watches: two for each stream, one for each watch");
    case GoServicesModel::RestColumn:
      return Words::tr("All that have nothing to do with sessions, leases and watches");
    case GoServicesModel::SeenColumn:
      return Words::tr("How long ago the numbers were true");
    default:
      return {};
  }
}

QString goServiceSummary(const GoService& service, const Moment& now) {
  QStringList parts;
  if (!service.address.isEmpty()) parts << service.address;
  const QString every = Words::tr("asked every %1").arg(grantedText(absl::FromChrono(ServiceProbes::kRest)));
  if (service.kind == GoService::Kind::Saved) {
    parts << Words::tr("saved profile, opened at %1").arg(clockText(service.seenAt.wall));
  } else if (!service.seen) {
    parts << Words::tr("%1, no profile yet").arg(every);
  } else {
    parts << Words::tr("%1, last profile %2 ago").arg(every, durationText(now - service.seenAt));
  }
  return parts.join(QStringLiteral(" · "));
}

Insight goServiceInsight(const GoService& service, const Moment& now, std::optional<double> growth) {
  switch (service.state(now)) {
    case GoService::State::Pending:
      return {Tone::Neutral, Words::tr("It was asked for its goroutines and has not answered yet.")};
    case GoService::State::Silent:
      return {Tone::Bad, asSentence(service.problem)};
    case GoService::State::Stale:
      return {Tone::Warning,
              Words::tr("%1 The numbers are those of %2.")
                  .arg(asSentence(service.problem.isEmpty() ? Words::tr("No answer") : service.problem),
                       clockText(service.seenAt.wall))};
    case GoService::State::Fresh:
    case GoService::State::Saved:
      break;
  }
  const bool leaks = growth.value_or(0) >= kGrowthThatIsALeak;
  return {leaks ? Tone::Warning : Tone::Neutral, openText(*service.seen, growth)};
}

QString problemText(const absl::Status& status) {
  QString text = QString::fromStdString(std::string(status.message()));
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

}  // namespace leasescope::ui
