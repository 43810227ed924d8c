#include "ui/views/top_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/models/filter_expression.h"
#include "ui/theme/dot.h"
#include "ui/theme/theme.h"

namespace leasescope::ui {
namespace {

constexpr int kHeight = 44;
constexpr int kFilterWidth = 330;

QToolButton* makeChip(QWidget* parent, const QString& name) {
  auto* chip = new QToolButton(parent);
  chip->setObjectName(name);
  chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  chip->setIconSize({16, 16});
  chip->setFocusPolicy(Qt::TabFocus);
  setFlag(chip, "chip");
  return chip;
}

}  // namespace

TopBar::TopBar(QWidget* parent)
    : QWidget(parent),
      chip_(makeChip(this, QStringLiteral("clusterChip"))),
      unverified_(new QLabel(tr("Server not verified"), this)),
      filterError_(new QLabel(this)),
      filter_(new QLineEdit(this)),
      pause_(makeChip(this, QStringLiteral("pause"))) {
  setObjectName(QStringLiteral("topBar"));
  setAttribute(Qt::WA_StyledBackground);
  setFixedHeight(kHeight);
  unverified_->setObjectName(QStringLiteral("unverified"));
  unverified_->setToolTip(
      tr("--insecure-skip-tls-verify: anybody between here and the cluster can read and change "
         "everything, the password included"));
  setRole(unverified_, LabelRole::BadNote);
  unverified_->hide();
  setRole(filterError_, LabelRole::Bad);
  filter_->setObjectName(QStringLiteral("filter"));
  filter_->setFixedWidth(kFilterWidth);
  filter_->setClearButtonEnabled(true);
  filter_->setToolTip(
      tr("Words are looked for in names and ids; conditions: %1").arg(FilterExpression::examples()));
  pause_->setCheckable(true);
  pause_->setToolTip(tr("Freeze the view; nothing gets lost"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(14, 0, 14, 0);
  layout->setSpacing(10);
  layout->addWidget(chip_);
  layout->addWidget(unverified_);
  layout->addStretch();
  layout->addWidget(filterError_);
  layout->addWidget(filter_);
  layout->addWidget(pause_);
  connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
    if (!showing_) emit filterChanged(text);
  });
  connect(pause_, &QToolButton::toggled, this, &TopBar::pauseToggled);
  connect(chip_, &QToolButton::clicked, this, &TopBar::clusterClicked);
  setPaused(false);
  showCluster();
}

void TopBar::setCluster(const QString& text, bool live) {
  if (cluster_ == text && live_ == live) return;
  cluster_ = text;
  live_ = live;
  showCluster();
}

void TopBar::setUnverified(bool unverified) { unverified_->setVisible(unverified); }

void TopBar::showCluster() {
  chip_->setIcon(dotIcon(live_ ? colours().good : colours().muted));
  chip_->setText(cluster_.isEmpty() ? tr("Not connected") : cluster_);
}

void TopBar::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) showCluster();
}

void TopBar::showFilter(const QString& text, const QString& example) {
  filter_->setPlaceholderText(tr("Filter: %1").arg(example));
  showing_ = true;  // not by QSignalBlocker: the button that clears it listens, too
  filter_->setText(text);
  showing_ = false;
}

void TopBar::setFilterVisible(bool visible) { filter_->setVisible(visible); }

void TopBar::setFilterError(const QString& error) {
  filterError_->setText(error);
  filterError_->setVisible(!error.isEmpty());
  setFlag(filter_, "wrong", !error.isEmpty());
}

void TopBar::setPaused(bool paused) {
  const QSignalBlocker quiet(pause_);
  pause_->setChecked(paused);
  pause_->setIcon(icon(paused ? QStringLiteral("resume") : QStringLiteral("pause")));
  pause_->setText(paused ? tr("Resume") : tr("Pause"));
}

}  // namespace leasescope::ui
