#pragma once

#include <string>

#include "ui/models/locks_proxy.h"
#include "ui/views/table_page.h"

class QLabel;
class QPushButton;

namespace leasescope::ui {

class Facts;
class QueueList;

/// "Locks": every lock, open to its queue, and the details of the one that is selected.
class LocksPage : public TablePage {
  Q_OBJECT

 public:
  LocksPage(ClusterLink* link, ShownPicture* picture, QWidget* parent = nullptr);

  /// Selects it, if it is there.
  void choose(const std::string& lock);

 protected:
  void showDetails() override;

 private:
  LocksPage(ClusterLink* link, ShownPicture* picture, LocksProxy* proxy, DetailsPane* details,
            QWidget* parent);
  void setUpTable();
  void setUpDetails();
  void followFindings();
  void showPlot(const Lock& lock, std::size_t position);
  void showFacts(const Lock& lock, std::size_t position);
  void showRevoke(const Lock& lock, std::size_t position);
  void askToRelease();

  LocksProxy* proxy_;
  DetailsPane* details_;
  QueueList* queue_ = nullptr;
  Facts* facts_ = nullptr;
  QLabel* factsHeading_ = nullptr;
  QLabel* ifRevoked_ = nullptr;
  QPushButton* revoke_ = nullptr;
  QPushButton* release_ = nullptr;
};

}  // namespace leasescope::ui
