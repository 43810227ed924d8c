#pragma once

#include "ui/models/leases_proxy.h"
#include "ui/views/table_page.h"

class QLabel;
class QPushButton;

namespace leasescope::ui {

class Facts;

/// "Leases": every lease; several selected ones are drawn in one graph.
class LeasesPage : public TablePage {
  Q_OBJECT

 public:
  LeasesPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

  /// Selects it, if it is there.
  void choose(LeaseId lease);

 protected:
  void showDetails() override;

 private:
  LeasesPage(ClusterLink* link, ShownPicture* picture, LeasesProxy* proxy, DetailsPane* details,
             QWidget* parent);
  void setUpTable();
  void setUpDetails();
  void showOne(const Lease& lease);
  void showSeveral();
  void showKeys(const Lease& lease);

  LeasesProxy* proxy_;
  DetailsPane* details_;
  Facts* facts_ = nullptr;
  QLabel* keysHeading_ = nullptr;
  QLabel* keys_ = nullptr;
  QPushButton* revoke_ = nullptr;
};

}  // namespace leasescope::ui
