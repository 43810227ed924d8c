#include "ui/models/notices_model.h"

namespace leasescope::ui {

int NoticesModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant NoticesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Notice& notice = row(index.row());
  if (role == SeverityRole) return static_cast<int>(notice.severity);
  if (role != RawRole) return {};
  if (index.column() == TimeColumn) return QVariant::fromValue<qint64>(absl::ToUnixNanos(notice.at.wall));
  return QString::fromStdString(notice.text);
}

std::int64_t NoticesModel::keyOf(const Notice& notice) const {
  return notice.at.steady.time_since_epoch().count();
}

bool NoticesModel::looksSame(const Notice& a, const Notice& b) const { return a.text == b.text; }

}  // namespace leasescope::ui
