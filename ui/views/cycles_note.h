#pragma once

#include <vector>

#include <QWidget>

#include "core/etcd/lease_id.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace leasescope::ui {

class ShownPicture;

/// Names the deadlocks in words, the first few, each with a way out; nothing is seen without one.
class CyclesNote : public QWidget {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostNamed = 3;

  explicit CyclesNote(QWidget* parent = nullptr);
  void set(ShownPicture& picture);

 signals:
  /// Revoking this lease is the least harmful way out of one of them.
  /// `because`: why this one.
  void breakRequested(leasescope::etcd::LeaseId lease, const QString& because);

 private:
  struct Row {
    QLabel* words;
    QPushButton* breakOpen;
    etcd::LeaseId lease = etcd::kNoLease;
  };
  void grow(std::size_t rows);

  QGridLayout* grid_;
  std::vector<Row> rows_;
  QLabel* more_;
};

}  // namespace leasescope::ui
