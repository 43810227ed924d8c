#pragma once

#include <optional>
#include <vector>

#include <QScrollArea>

#include "core/etcd/lease_id.h"
#include "core/picture/moment.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace leasescope::ui {

class ElidedLabel;
struct Insight;
class ShownPicture;
class TtlPlot;

/// The frame of the details at the right of a table: title, summary, the most important sentence, TTL graph;
/// pages add the rest below.
class DetailsPane : public QScrollArea {
  Q_OBJECT

 public:
  explicit DetailsPane(QWidget* parent = nullptr);

  void setTitle(const QString& title);
  void setSummary(const QString& summary);
  void setInsight(const Insight& insight);
  /// What is shown is as it was then, as nobody has heard of the cluster since; nullopt: it is live.
  void setAsOf(std::optional<Moment> lastGood);
  void setPlotHeading(const QString& heading);
  void setPlotVisible(bool visible);
  /// Draws what is known of these leases.
  void plotLeases(const std::vector<etcd::LeaseId>& leases, const ShownPicture& picture);

  QLabel* addHeading(const QString& text);
  void addPart(QWidget* part);
  QLabel* addText();
  QPushButton* addButton(const QString& iconName, const QString& text, const QString& objectName);

 private:
  std::optional<Moment> asOf_;
  QVBoxLayout* parts_;
  QVBoxLayout* layout_;
  ElidedLabel* title_;
  QLabel* summary_;
  QLabel* insight_;
  QLabel* plotHeading_;
  TtlPlot* plot_;
  QWidget* buttons_;
};

}  // namespace leasescope::ui
