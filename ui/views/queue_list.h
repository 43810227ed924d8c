#pragma once

#include <array>
#include <vector>

#include <QWidget>

#include "core/picture/lock.h"
#include "ui/models/lease_book.h"

class QGridLayout;
class QLabel;

namespace leasescope::ui {

class ElidedLabel;

/// A lock's queue in the details: place and who, if that is said, lease, fencing token, age; the first few,
/// and how many more.
class QueueList : public QWidget {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostRows = 8;

  explicit QueueList(QWidget* parent = nullptr);
  /// `marked` stands out.
  void set(const Lock& lock, std::size_t marked, const LeaseBook& book, const Moment& now);

 private:
  struct Row {
    ElidedLabel* place;
    QLabel* lease;
    QLabel* token;
    QLabel* age;
    std::array<QWidget*, 4> cells() const;
  };
  QLabel* makeCell(int column, Qt::Alignment side);
  void grow(std::size_t rows);
  static void fill(const Row& row, const Contender& contender, const Since& since, const Lease* lease,
                   const Moment& now);

  QGridLayout* grid_;
  std::vector<Row> rows_;
  QLabel* more_;
};

}  // namespace leasescope::ui
