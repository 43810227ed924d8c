#pragma once

#include <utility>
#include <vector>

#include <QWidget>

class QGridLayout;
class QLabel;

namespace leasescope::ui {

class ElidedLabel;

/// Names and values in two columns with hair lines between the rows; a value may have several lines.
class Facts : public QWidget {
  Q_OBJECT

 public:
  using Fact = std::pair<QString, QString>;

  explicit Facts(QWidget* parent = nullptr);
  /// Labels are used again, so this may be called often.
  void set(const std::vector<Fact>& facts);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  struct Row {
    QLabel* name;
    ElidedLabel* value;
  };
  void grow(std::size_t rows);

  QGridLayout* grid_;
  std::vector<Row> rows_;
};

}  // namespace leasescope::ui
