#include "ui/models/format.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QLocale>

#include "core/etcd/lease_id.h"

namespace leasescope::ui {
namespace {

constexpr qint64 kMinute = 60;
constexpr qint64 kHour = 60 * kMinute;
constexpr qint64 kDay = 24 * kHour;

constexpr absl::Duration kAlmostNone = absl::Milliseconds(100);  // "0.0 s" would say that it is none

struct Format {
  Q_DECLARE_TR_FUNCTIONS(leasescope::ui::Format)
};

QString twoUnits(const QString& text, qint64 large, qint64 small) {
  return text.arg(countText(large)).arg(small);
}

QString positiveText(absl::Duration duration) {
  const qint64 seconds = absl::ToInt64Seconds(duration);
  if (seconds >= kDay) return twoUnits(Format::tr("%1 d %2 h"), seconds / kDay, seconds % kDay / kHour);
  if (seconds >= kHour) return twoUnits(Format::tr("%1 h %2 m"), seconds / kHour, seconds % kHour / kMinute);
  if (seconds >= kMinute) return twoUnits(Format::tr("%1 m %2 s"), seconds / kMinute, seconds % kMinute);
  if (duration > absl::ZeroDuration() && duration < kAlmostNone) {
    return Format::tr("%1 ms").arg(std::max<qint64>(1, absl::ToInt64Milliseconds(duration)));
  }
  const double tenths = std::floor(absl::ToDoubleSeconds(duration) * 10) / 10;
  return Format::tr("%1 s").arg(QString::number(tenths, 'f', 1));
}

}  // namespace

QString durationText(absl::Duration duration) {
  if (duration == absl::InfiniteDuration()) return Format::tr("for ever");
  return duration < absl::ZeroDuration() ? u'−' + positiveText(-duration) : positiveText(duration);
}

QString grantedText(absl::Duration granted) {
  if (granted >= absl::Minutes(2)) return durationText(granted);
  return Format::tr("%1 s").arg(QString::number(std::round(absl::ToDoubleSeconds(granted))));
}

QString ttlText(absl::Duration remaining, absl::Duration granted) {
  return QStringLiteral("%1 / %2").arg(durationText(remaining), grantedText(granted));
}

QString countText(qint64 count) {
  static const QLocale kLocale(QLocale::English);  // the C locale groups no digits
  return kLocale.toString(count);
}

QString bytesText(qint64 bytes) {
  return QLocale::c().formattedDataSize(bytes, bytes < 1024 ? 0 : 1, QLocale::DataSizeIecFormat);
}

QString leaseText(LeaseId lease) { return QString::fromStdString(etcd::leaseHex(lease)); }

QString shortLeaseText(LeaseId lease) {
  constexpr int kDigits = 4;
  const QString whole = leaseText(lease);
  return whole.size() <= kDigits + 1 ? whole : u'…' + whole.right(kDigits);
}

QString sinceText(const Since& since, const Moment& now) {
  const QString text = durationText(now - since.moment);
  return since.exact ? text : QStringLiteral("≥ ") + text;
}

QString clockText(absl::Time time) {
  return QString::fromStdString(absl::FormatTime("%H:%M:%S", time, absl::LocalTimeZone()));
}

QString keyCountText(qint64 count) {
  return count == 1 ? Format::tr("1 key") : Format::tr("%1 keys").arg(countText(count));
}

QString renewalCountText(qint64 count) {
  return count == 1 ? Format::tr("1 renewal") : Format::tr("%1 renewals").arg(countText(count));
}

}  // namespace leasescope::ui
