#include "ui/views/go_service_details.h"

#include <QLabel>

#include "ui/models/format.h"
#include "ui/models/go_service_words.h"
#include "ui/models/go_services_model.h"
#include "ui/views/facts.h"
#include "ui/views/trend_grid.h"

namespace leasescope::ui {
namespace {

using Column = GoServicesModel::Column;

/// What is compared has the same scale.
enum Scale { Sessions, Totals, Others, Rests };

QString inCounts(double value) { return countText(qRound64(value)); }

TrendGrid::Cell roleCell(const QString& title, Column column, Scale scale) {
  return {title, Tone::Neutral, goroutineRoleExplanation(column), scale, inCounts};
}

TrendGrid::Cell leaseCell(const QString& title, const QString& toolTip, Tone tone, Scale scale) {
  return {title, tone, toolTip, scale, inCounts};
}

/// In the order of the grid: goroutines at the left, leases beside them.
std::vector<TrendGrid::Cell> cells() {
  const auto tr = [](const char* text) { return GoServiceDetails::tr(text); };
  TrendGrid::Cell sessions = roleCell(tr("Sessions"), Column::SessionsColumn, Sessions);
  sessions.tone = Tone::Warning;
  return {
      sessions,
      leaseCell(tr("Leases without keys"), tr("Of the cluster"), Tone::Warning, Sessions),
      roleCell(tr("Leases kept alive"), Column::KeptAliveColumn, Sessions),
      leaseCell(tr("Leases with keys"), tr("Of the cluster"), Tone::Neutral, Sessions),
      roleCell(tr("Goroutines"), Column::TotalColumn, Totals),
      leaseCell(tr("All leases"), tr("Of the cluster"), Tone::Neutral, Sessions),
      roleCell(tr("Waiting for a lock"), Column::WaitersColumn, Others),
      roleCell(tr("Keep-alive loops"), Column::LoopsColumn, Others),
      roleCell(tr("Watchers"), Column::WatchersColumn, Others),
      roleCell(tr("Rest"), Column::RestColumn, Rests),
  };
}

}  // namespace

void LeaseTrends::add(const Moment& at, const std::optional<LeaseCounts>& counts) {
  const auto add = [&](Trend& trend, qint64 LeaseCounts::*count) {
    trend.add(at, counts ? std::optional(static_cast<double>((*counts).*count)) : std::nullopt);
  };
  add(all, &LeaseCounts::all);
  add(keyless, &LeaseCounts::keyless);
  add(keyed, &LeaseCounts::keyed);
}

GoServiceDetails::GoServiceDetails(QWidget* parent) : DetailsPane(parent) {
  setPlotVisible(false);
  trendsHeading_ = addHeading(tr("GOROUTINES, AND LEASES OF THE CLUSTER"));
  trends_ = new TrendGrid(cells(), this);
  addPart(trends_);
  factsHeading_ = addHeading(tr("GOROUTINES"));
  facts_ = new Facts(this);
  addPart(facts_);
}

void GoServiceDetails::show(const GoService& service, const RoleTrends& roles, const LeaseTrends& leases,
                            const Moment& now) {
  const bool saved = service.kind == GoService::Kind::Saved;
  setTitle(service.name);
  setSummary(goServiceSummary(service, now));
  setInsight(goServiceInsight(service, now, saved ? std::nullopt : roles.sessions.growth()));
  const bool drawn = !saved && !roles.total.points().isEmpty();
  trendsHeading_->setVisible(drawn);
  trends_->setVisible(drawn);
  factsHeading_->setVisible(saved);
  facts_->setVisible(saved);
  if (saved) {
    showFacts(service);
    return;
  }
  if (!drawn) return;
  trends_->setTrends({&roles.sessions, &leases.keyless, &roles.keptAlive, &leases.keyed, &roles.total,
                      &leases.all, &roles.waiters, &roles.loops, &roles.watchers, &roles.rest},
                     roles.total, now);
}

void GoServiceDetails::showFacts(const GoService& service) {
  const GoroutineRoles& roles = service.seen->roles;
  const auto text = [&](std::int64_t count) {
    return service.seen->complete ? countText(count) : tr("≥ %1").arg(countText(count));
  };
  facts_->set({{tr("sessions"), text(roles.sessions)},
               {tr("waiting for a lock"), text(roles.lockWaiters)},
               {tr("leases kept alive"), text(roles.keepAliveClosers)},
               {tr("keep-alive loops"), text(roles.keepAliveLoops)},
               {tr("watchers"), text(roles.watchers)},
               {tr("rest"), text(roles.rest)},
               {tr("all"), text(roles.total)}});
}

}  // namespace leasescope::ui
