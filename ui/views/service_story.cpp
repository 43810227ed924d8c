#include "ui/views/service_story.h"

#include <QCoreApplication>

#include "ui/models/format.h"
#include "ui/models/go_service_words.h"
#include "ui/models/trend.h"

namespace leasescope::ui {
namespace {

struct Story {
  Q_DECLARE_TR_FUNCTIONS(ServiceStory)
};

std::optional<LastMinute> keepAlives(const DemoFigures& side) {
  return lastMinute(side.of(DemoTrend::KeepAlives));
}

QString number(double count) { return QStringLiteral("<b>%1</b>").arg(countText(qRound64(count))); }

QString agoText(absl::Duration apart) {
  const bool aMinute = apart >= absl::Minutes(1) && apart < absl::Seconds(90);
  return aMinute ? Story::tr("a minute ago") : Story::tr("%1 ago").arg(grantedText(apart));
}

/// "grow: a minute ago 12, now 252"
QString courseText(const LastMinute& course) {
  QString words = Story::tr("stay flat");
  if (course.growth() >= kGrowthThatIsALeak) {
    words = Story::tr("grow");
  } else if (course.growth() > 0) {
    words = Story::tr("are a few more");
  } else if (course.growth() <= -kGrowthThatIsALeak) {
    words = Story::tr("become fewer");
  }
  return Story::tr("%1: %2 %3, now %4")
      .arg(words, agoText(course.apart), number(course.before), number(course.now));
}

QString leakyText(const std::optional<LastMinute>& leaky) {
  if (!leaky) return Story::tr(". Press <b>Start</b> to see the leak beside it.");
  return Story::tr(", while the threads of the leaky program %1.").arg(courseText(*leaky));
}

QString tell(const DemoFigures& leaky, const DemoFigures& service) {
  const auto seen = newest(service.of(DemoTrend::KeepAlives));
  if (!service.fresh) {
    return seen ? Story::tr("nothing new of your service: it does not answer now, and its side says why.")
                : Story::tr("nothing of your service yet: its side says why.");
  }
  const auto threads = keepAlives(leaky);
  const auto goroutines = keepAlives(service);
  if (!goroutines) {
    return Story::tr("the keep-alive goroutines of your service: %1. Whether they become more is seen soon.")
        .arg(number(seen.value_or(0)));
  }
  const bool bothGrow =
      threads && threads->growth() >= kGrowthThatIsALeak && goroutines->growth() >= kGrowthThatIsALeak;
  if (bothGrow) {
    return Story::tr("your service seems to leak like the program at the left: its keep-alive goroutines %1.")
        .arg(courseText(*goroutines));
  }
  return Story::tr("the keep-alive goroutines of your service %1%2")
      .arg(courseText(*goroutines), leakyText(threads));
}

}  // namespace

QString serviceStory(const DemoFigures& leaky, const DemoFigures& service) {
  return Story::tr("<b>What you see:</b> ") + tell(leaky, service);
}

}  // namespace leasescope::ui
