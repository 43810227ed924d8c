#pragma once

#include <vector>

#include <QWidget>

class QButtonGroup;
class QHBoxLayout;
class QStackedWidget;
class QToolButton;

namespace leasescope::ui {

/// Parts of a page that are looked at one at a time, with their names and counts above.
class SectionsPage : public QWidget {
  Q_OBJECT

 public:
  explicit SectionsPage(QWidget* parent = nullptr);

  void addSection(QWidget* section, const QString& title, const QString& toolTip);
  void showSection(int section);
  int section() const;
  /// 0: no number is shown.
  void setCount(int section, qint64 count);

 private:
  struct Section {
    QString title;
    QToolButton* chip;
  };

  QHBoxLayout* chips_;
  QButtonGroup* group_;
  QStackedWidget* stack_;
  std::vector<Section> sections_;
};

}  // namespace leasescope::ui
