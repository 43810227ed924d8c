#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/diagnosis/wait_graph.h"
#include "ui/models/findings_proxy.h"
#include "ui/views/table_page.h"

class QCheckBox;
class QLabel;
class QPushButton;

namespace leasescope::ui {

class DesktopNotifier;
class ElidedLabel;
class Facts;
class ProofWaits;
class ProofCurves;

/// "Findings": what is wrong, most urgent first, with its evidence, what to do, and the way to it.
class FindingsPage : public TablePage {
  Q_OBJECT

 public:
  FindingsPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

  /// Of this severity, without those that are muted.
  int count(FindingSeverity severity) const { return proxy_->count(severity); }
  DesktopNotifier* notifier() const { return notifier_; }

  void saveLayout(QSettings& settings) const;
  void restoreLayout(QSettings& settings);

 signals:
  void countsChanged();
  void settingsChanged();
  /// Somebody wants to see this lock, this lease, or who waits for whom around this session.
  void lockRequested(const std::string& name);
  void leaseRequested(leasescope::LeaseId lease);
  void waitsRequested(leasescope::LeaseId lease);
  /// Of all leases those that this filter leaves.
  void leasesRequested(const QString& filter);
  void clusterRequested();

 protected:
  void showDetails() override;
  std::vector<LeaseId> leasesInDetails() const override;

 private:
  FindingsPage(ClusterLink* link, ShownPicture* picture, FindingsProxy* proxy, DetailsPane* details,
               QWidget* parent);
  QWidget* makeBar();
  void setUpTable();
  void setUpDetails();
  void follow();
  void preferWorse();
  void showProof(const Finding& finding);
  void showTtls(const std::vector<LeaseId>& leases);
  std::vector<LeaseId> leasesMeant(const Finding& finding) const;
  void toggleMute();
  QString nameHere(const Finding& finding) const;
  void followCluster();
  void showMuted();
  void showBar();
  /// To the row or page that shows more of it.
  struct Way {
    QString text;
    std::function<void()> go;
  };
  Way wayTo(const Finding& finding);
  void goToSubject();
  void askToRelease();
  std::optional<WaitCycle> circleOf(const Finding& finding) const;
  const Lock* lockOf(const Finding& finding) const;
  LeaseId sessionInGraph(const Finding& finding) const;
  void askForThresholds();
  void useThresholds(const Thresholds& thresholds);

  FindingsProxy* proxy_;
  DetailsPane* details_;
  DesktopNotifier* notifier_;
  QSet<QString> muted_;        // of all clusters
  std::uint64_t mutedOf_ = 0;  // the cluster whose are shown
  int thresholdsChanged_ = 0;  // so many are not their defaults
  ElidedLabel* judged_ = nullptr;
  ProofWaits* proofWaits_ = nullptr;
  ProofCurves* curves_ = nullptr;
  QPushButton* waits_ = nullptr;
  Facts* facts_ = nullptr;
  QLabel* advice_ = nullptr;
  QPushButton* revoke_ = nullptr;
  QPushButton* release_ = nullptr;
  QPushButton* go_ = nullptr;
  QPushButton* mute_ = nullptr;
  QCheckBox* notify_ = nullptr;
};

}  // namespace leasescope::ui
