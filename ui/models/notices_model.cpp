#include "ui/models/notices_model.h"

namespace leasescope::ui {

QVariant NoticesModel::data(const QModelIndex& index, int role) const {
  if (role != SeverityRole) return MergedRows::data(index, role);
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  return static_cast<int>(row(index.row()).severity);
}

QVariant NoticesModel::rawValue(const Notice& notice, int column) const {
  if (column == TimeColumn) return QVariant::fromValue<qint64>(absl::ToUnixNanos(notice.at.wall));
  return QString::fromStdString(notice.text);
}

std::int64_t NoticesModel::keyOf(const Notice& notice) const {
  return notice.at.steady.time_since_epoch().count();
}

bool NoticesModel::looksSame(const Notice& a, const Notice& b) const { return a.text == b.text; }

}  // namespace leasescope::ui
