#pragma once

#include <QSet>

#include "ui/models/filtering_proxy.h"
#include "ui/models/findings_model.h"

namespace leasescope::ui {

/// The words, colours and order of the findings. Those that are muted are grey and come last.
class FindingsProxy : public FilteringProxy {
  Q_OBJECT

 public:
  FindingsProxy(FindingsModel* source, const ViewClock& clock, QObject* parent = nullptr);

  const Finding* finding(const QModelIndex& index) const { return source_->finding(mapToSource(index)); }
  /// By findingName().
  void setMuted(const QSet<QString>& names);
  bool isMuted(const Finding& finding) const;
  /// Of this severity, without those that are muted.
  int count(FindingSeverity severity) const;

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  bool orderDependsOnTime(int) const override { return false; }

 private:
  QString text(const Finding& finding, int column) const;
  absl::Duration sinceFound(const Moment& found) const;

  FindingsModel* source_;
  QSet<QString> muted_;
};

}  // namespace leasescope::ui
