#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace leasescope::ui {

/// Above all pages: which cluster, the filter of the page, Pause.
class TopBar : public QWidget {
  Q_OBJECT

 public:
  explicit TopBar(QWidget* parent = nullptr);

  void setCluster(const QString& text, bool live);
  /// The servers' certificates are not verified: said for as long as that is so.
  void setUnverified(bool unverified);
  /// Without a change of the text being told. `example` is the hint while there is none.
  void showFilter(const QString& text, const QString& example);
  void setFilterVisible(bool visible);
  /// What is wrong with the filter; empty: nothing.
  void setFilterError(const QString& error);
  void setPaused(bool paused);
  QLineEdit* filter() const { return filter_; }

 signals:
  void filterChanged(const QString& text);
  void pauseToggled(bool paused);
  void clusterClicked();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void showCluster();

  QString cluster_;
  bool live_ = false;
  QToolButton* chip_;
  QLabel* unverified_;
  QLabel* filterError_;
  QLineEdit* filter_;
  bool showing_ = false;  // what is put in is not the user's
  QToolButton* pause_;
};

}  // namespace leasescope::ui
