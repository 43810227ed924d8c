#pragma once

#include <QSplitter>

class QSettings;
class QStackedWidget;

namespace leasescope::ui {

/// A table at the left and the details of its selection at the right; a hint instead while nothing is
/// selected.
class DetailsSplitter : public QSplitter {
  Q_OBJECT

 public:
  DetailsSplitter(QWidget* table, QWidget* details, const QString& hint, QWidget* parent = nullptr);
  void setSomethingSelected(bool something);
  /// How the width is shared, under "`page`/splitter".
  void save(QSettings& settings, const QString& page) const;
  void restore(QSettings& settings, const QString& page);

 private:
  QStackedWidget* side_;
};

}  // namespace leasescope::ui
