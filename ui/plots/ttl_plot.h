#pragma once

#include <optional>
#include <vector>

#include <QString>
#include <QWidget>

#include "absl/time/time.h"
#include "core/etcd/lease_id.h"
#include "core/monitor/monitor.h"
#include "core/picture/moment.h"

class QCPAxis;
class QCPRange;
class QCPScatterStyle;
class QCustomPlot;
class QLabel;
class QPushButton;

namespace leasescope::ui {

/// One lease's curve.
struct TtlSeries {
  LeaseId lease = etcd::kNoLease;
  QString label;
  TtlHistory points = nullptr;                           // null or empty: not sampled yet
  std::optional<absl::Duration> granted = std::nullopt;  // nullopt: not known
  std::optional<SteadyTime> expiry = std::nullopt;       // carries the curve on to now
  bool gone = false;                                     // the lease is
};

/// The saw-tooth of one lease or of several: remaining TTL over time, renewals as dots, gaps left open.
/// Follows now until the user zooms (wheel) or pans (drag); a button follows again.
class TtlPlot : public QWidget {
  Q_OBJECT

 public:
  explicit TtlPlot(QWidget* parent = nullptr);

  /// Of more than kMostSeries only the first are drawn, and that is said.
  void setSeries(std::vector<TtlSeries> series);
  /// Until when it is drawn. Unless that `runs` it is a moment in the past, and called by its time.
  void setNow(const Moment& now, bool runs);
  void setFollowing(bool following);
  bool following() const { return following_; }

  static constexpr int kMostSeries = 8;

 signals:
  void followingChanged(bool following);

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  class NowTicker;

  void setUpAxes();
  void setUpLegend();
  void applyColours();
  void addMarks(const QCPScatterStyle& style);
  void rebuildGraphs();
  void refresh();
  void drawCurves();
  void scaleTtl();
  void followNow();
  void userMoved(const QCPRange& range);
  void placeOverlays();
  bool sampled() const;
  QString whyEmpty() const;
  int drawn() const;

  QCustomPlot* plot_;
  QPushButton* follow_;
  QLabel* empty_;
  QLabel* omitted_;
  std::vector<TtlSeries> series_;
  Moment now_;
  bool nowRuns_ = true;
  bool following_ = true;
  bool moving_ = false;  // the window moves the range, not the user
};

}  // namespace leasescope::ui
