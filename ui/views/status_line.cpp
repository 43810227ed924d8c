#include "ui/views/status_line.h"

#include <QHBoxLayout>
#include <QLabel>

#include "ui/bridge/cluster_link.h"
#include "ui/models/format.h"
#include "ui/models/health_words.h"
#include "ui/models/shown_picture.h"
#include "ui/theme/dot.h"

namespace leasescope::ui {
namespace {

constexpr int kHeight = 28;
constexpr int kDot = 10;
constexpr double kTextSize = 0.92;

}  // namespace

StatusLine::StatusLine(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : QWidget(parent), link_(link), picture_(picture) {
  setObjectName(QStringLiteral("statusLine"));
  setAttribute(Qt::WA_StyledBackground);
  setFixedHeight(kHeight);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(14, 0, 14, 0);
  layout->setSpacing(20);
  dot_ = new QLabel(this);
  layout->addWidget(dot_);
  for (QLabel** label : {&state_, &endpoint_, &revision_, &events_, &sampling_, &counts_, &shown_}) {
    *label = new QLabel(this);
    (*label)->setTextFormat(Qt::PlainText);
    (*label)->setFont(scaled(kTextSize));
    setRole(*label, LabelRole::Muted);
    layout->addWidget(*label);
  }
  layout->setSpacing(20);
  layout->addStretch();
  paused_ = new QLabel(this);
  paused_->setFont(scaled(kTextSize));
  setRole(paused_, LabelRole::Warning);
  layout->addWidget(paused_);
  state_->setObjectName(QStringLiteral("state"));
  paused_->setObjectName(QStringLiteral("behind"));
  connect(picture_, &ShownPicture::changed, this, &StatusLine::refresh);
  connect(link_, &ClusterLink::behind, this, &StatusLine::showBehind);
  connect(link_, &ClusterLink::pausedChanged, this,
          [this](bool paused) { paused_->setText(paused ? tr("paused") : QString()); });
  clock_.setInterval(1000);
  connect(&clock_, &QTimer::timeout, this, &StatusLine::showState);
  clock_.start();
  refresh();
}

void StatusLine::refresh() {
  const bool known = picture_->ready();
  for (QLabel* label : {endpoint_, revision_, events_, sampling_, counts_, shown_}) label->setVisible(known);
  endpoint_->setVisible(link_->connected());
  endpoint_->setText(QString::fromStdString(picture_->health().endpoint));
  revision_->setText(tr("revision %1").arg(countText(picture_->revision())));
  events_->setText(eventsText(picture_->load()));
  sampling_->setText(samplingText(picture_->load()));
  const int locks = picture_->locks()->rowCount();
  const int leases = picture_->leases()->rowCount();
  counts_->setText(
      QStringLiteral("%1 · %2").arg(locks == 1 ? tr("1 lock") : tr("%1 locks").arg(countText(locks)),
                                    leases == 1 ? tr("1 lease") : tr("%1 leases").arg(countText(leases))));
  showState();
}

void StatusLine::showState() {
  const Health& health = picture_->health();
  const Tone tone = link_->connected() ? healthTone(health) : Tone::Neutral;
  dot_->setPixmap(dotIcon(colours().text(tone)).pixmap(kDot, kDot));
  setRole(state_, textRole(tone));
  state_->setText(link_->connected() ? healthWord(health, Moment::now()) : tr("not connected"));
  state_->setToolTip(QString::fromStdString(health.reason));
}

void StatusLine::showBehind(const MonitorUpdate& waiting) {
  const qint64 revisions = waiting.changes.revision - picture_->revision();
  paused_->setText(revisions > 0 ? tr("paused, %1 revisions behind").arg(countText(revisions))
                                 : tr("paused"));
}

void StatusLine::setShown(const QString& text) { shown_->setText(text); }

}  // namespace leasescope::ui
