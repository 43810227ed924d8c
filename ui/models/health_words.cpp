#include "ui/models/health_words.h"

#include <cmath>

#include <QCoreApplication>

#include "ui/models/format.h"

namespace leasescope::ui {
namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::HealthWords)
};

QString perSecond(double rate) { return countText(std::llround(rate)); }

}  // namespace

QString healthWord(const Health& health, const Moment& now) {
  switch (health.state) {
    case Health::State::Connecting:
      return Words::tr("connecting");
    case Health::State::Live:
      return Words::tr("live");
    case Health::State::Denied:
      return Words::tr("denied");
    case Health::State::Stale:
      break;
  }
  return Words::tr("stale since %1 (%2)")
      .arg(clockText(health.lastGood.wall), durationText(now - health.lastGood));
}

Tone healthTone(const Health& health) {
  switch (health.state) {
    case Health::State::Live:
      return Tone::Good;
    case Health::State::Stale:
      return Tone::Warning;
    case Health::State::Denied:
      return Tone::Bad;
    case Health::State::Connecting:
      break;
  }
  return Tone::Neutral;
}

QString eventsText(const Load& load) { return Words::tr("%1 events/s").arg(perSecond(load.eventsPerSecond)); }

QString samplingText(const Load& load) {
  if (load.ttlBudget <= 0) return Words::tr("TTL sampling off");
  return Words::tr("TTL sampling %1 / %2 calls/s")
      .arg(perSecond(load.ttlCallsPerSecond), countText(load.ttlBudget));
}

}  // namespace leasescope::ui
