#include "ui/views/demo_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/service_dialog.h"
#include "ui/models/watched_services.h"
#include "ui/theme/theme.h"
#include "ui/views/demo_code.h"
#include "ui/views/demo_rate.h"
#include "ui/views/demo_side_card.h"
#include "ui/views/demo_story.h"
#include "ui/views/findings_digest.h"
#include "ui/views/service_note.h"
#include "ui/views/service_story.h"

namespace leasescope::ui {
namespace {

using namespace std::chrono_literals;

constexpr auto kPollInterval = 250ms;
constexpr int kMargin = 14;
constexpr int kStoryLines = 3;

QString messageOf(const absl::Status& status) {
  return QString::fromStdString(std::string(status.message()));
}

/// For windows that are too small for six plots on each side.
QScrollArea* scrolled(QWidget* sides) {
  auto* area = new QScrollArea;
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setWidget(sides);
  area->viewport()->setAutoFillBackground(false);
  sides->setAutoFillBackground(false);
  return area;
}

}  // namespace

DemoPage::DemoPage(ClusterLink* link, ShownPicture* picture, WatchedServices* services, QWidget* parent)
    : QWidget(parent), link_(link), services_(services), findings_(new FindingsDigest(picture)) {
  stack_ = new QStackedWidget(this);
  stack_->addWidget(offer_ = makeOffer());
  stack_->addWidget(stage_ = makeStage());
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(stack_);
  poll_.setInterval(kPollInterval);
  connectSignals();
  refresh();
}

QWidget* DemoPage::makeStage() {
  auto* stage = new QWidget(this);
  auto* sides = new QWidget(stage);
  code_ = new DemoCode(DemoProgram::Leaky);
  leaky_ = new DemoSideCard(DemoSideKind::Leaky, code_, sides);
  fixed_ = new DemoSideCard(DemoSideKind::Fixed, new DemoCode(DemoProgram::Fixed));
  note_ = new ServiceNote;
  note_->setMinimumHeight(code_->sizeHint().height());  // so that the plots are beside each other
  ofService_ = new DemoSideCard(DemoSideKind::Service, note_);
  right_ = new QStackedWidget(sides);
  right_->addWidget(fixed_);
  right_->addWidget(ofService_);
  auto* row = new QHBoxLayout(sides);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kMargin);
  row->addWidget(leaky_, 1);
  row->addWidget(right_, 1);
  auto* column = new QVBoxLayout(stage);
  column->setContentsMargins(kMargin, 12, kMargin, kMargin);
  column->setSpacing(kMargin);
  column->addWidget(makeToolBar());
  column->addWidget(scrolled(sides), 1);
  column->addWidget(makeStory());
  return stage;
}

QWidget* DemoPage::makeToolBar() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  startStop_ = new QPushButton(bar);
  reset_ = new QPushButton(icon(QStringLiteral("reset")), tr("Reset"), bar);
  reset_->setToolTip(tr("End both programs and remove what they left in etcd"));
  rate_ = new DemoRate(bar);
  for (QWidget* widget : std::initializer_list<QWidget*>{startStop_, reset_, rate_}) row->addWidget(widget);
  row->insertSpacing(2, 10);
  row->addStretch();
  swapRight_ = new QPushButton(bar);
  swapRight_->setObjectName(QStringLiteral("swapRight"));
  row->addWidget(swapRight_);
  return bar;
}

QWidget* DemoPage::makeStory() {
  auto* card = new QFrame(this);
  setFlag(card, "card");
  story_ = new QLabel(card);
  story_->setObjectName(QStringLiteral("demoStory"));
  story_->setWordWrap(true);
  story_->setTextFormat(Qt::RichText);
  story_->setTextInteractionFlags(kSelectable);
  story_->setAlignment(Qt::AlignVCenter | Qt::AlignLeft);
  story_->setMinimumHeight(kStoryLines * story_->fontMetrics().lineSpacing());  // calm while it grows
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(15, 11, 15, 11);
  column->setSpacing(8);
  column->addWidget(story_);
  column->addWidget(findings_);
  connect(findings_, &FindingsDigest::findingsRequested, this, &DemoPage::findingsRequested);
  return card;
}

QWidget* DemoPage::makeOffer() {
  auto* page = new QWidget(this);
  auto* title = new QLabel(tr("The demo runs on a playground only"), page);
  QFont font = scaled(1.25);
  font.setWeight(QFont::DemiBold);
  title->setFont(font);
  auto* text =
      new QLabel(tr("It leaks leases and lock keys on purpose, which is nothing for a cluster that others "
                    "use. A playground is a private etcd server on this computer; it ends with this "
                    "window and leaves nothing behind."),
                 page);
  text->setAlignment(Qt::AlignCenter);
  text->setWordWrap(true);
  constexpr int kTextWidth = 460;
  text->setFixedWidth(kTextWidth);
  text->setMinimumHeight(text->heightForWidth(kTextWidth));
  setRole(text, LabelRole::Muted);
  auto* start = new QPushButton(icon(QStringLiteral("playground")), tr("Start a playground"), page);
  connect(start, &QPushButton::clicked, this, &DemoPage::playgroundRequested);
  auto* column = new QVBoxLayout(page);
  column->setSpacing(10);
  column->addStretch(2);
  for (QWidget* widget : std::initializer_list<QWidget*>{title, text, start}) {
    column->addWidget(widget, 0, Qt::AlignHCenter);
  }
  column->addStretch(3);
  return page;
}

void DemoPage::connectSignals() {
  connect(&poll_, &QTimer::timeout, this, &DemoPage::refresh);
  connect(link_, &ClusterLink::reset, this, [this] {
    busy_ = false;
    startProblem_.clear();
    refresh();
  });
  connect(startStop_, &QPushButton::clicked, this, &DemoPage::startOrStop);
  connect(reset_, &QPushButton::clicked, this, &DemoPage::resetDemo);
  connect(swapRight_, &QPushButton::clicked, this, &DemoPage::swapRight);
  connect(services_, &WatchedServices::changed, this, &DemoPage::refresh);
  connect(rate_, &DemoRate::changed, this, &DemoPage::sendChosenTask);
  connect(code_, &DemoCode::mistakesChanged, this, &DemoPage::sendChosenTask);
}

void DemoPage::refresh() {
  stack_->setCurrentWidget(link_->onPlayground() ? stage_ : offer_);
  if (link_->onPlayground()) showState(link_->demoState());
}

void DemoPage::showState(const DemoState& state) {
  const Moment now = Moment::now();
  const GoService* service = services_->find(service_);
  const DemoFigures left = figuresOf(state.leaky, state.start);
  const DemoFigures right = service != nullptr ? figuresOf(*service, services_->trends(service_), now)
                                               : figuresOf(state.fixed, state.start);
  DemoSideCard* card = service != nullptr ? ofService_ : fixed_;
  const DemoScale scale = DemoScale::of(left, right);
  leaky_->setFigures(left, scale);
  card->setFigures(right, scale);
  right_->setCurrentWidget(card);
  if (service != nullptr) note_->show(*service, services_->trends(service_).sessions.growth(), now);
  QString story = service != nullptr && state.problem.empty()
                      ? serviceStory(left, right)
                      : demoStory(state, link_->demoRunning(), code_->mistakes());
  if (!startProblem_.isEmpty()) story = tr("<b>The demo did not start:</b> ") + startProblem_.toHtmlEscaped();
  if (story_->text() != story) story_->setText(story);  // a selection in it survives
  findings_->setSince(link_->demoRunning() ? std::optional(state.start) : std::nullopt,
                      link_->thresholds().leakedSessionTtls);
  updateActions(state, service != nullptr);
}

void DemoPage::updateActions(const DemoState& state, bool serviceAtRight) {
  startStop_->setText(state.underLoad ? tr("Stop") : tr("Start"));
  startStop_->setIcon(icon(state.underLoad ? QStringLiteral("stop") : QStringLiteral("start")));
  startStop_->setEnabled(!busy_);
  reset_->setEnabled(!busy_ && link_->demoRunning());
  swapRight_->setText(serviceAtRight ? tr("Use the fixed program again") : tr("Use my Go service instead…"));
  rate_->setBothShown(!serviceAtRight);
}

void DemoPage::swapRight() {
  if (services_->find(service_) == nullptr) {
    chooseService();
    return;
  }
  service_ = 0;  // is watched on
  refresh();
}

void DemoPage::chooseService() {
  QStringList watched;
  for (const GoService& service : services_->all()) {
    if (service.kind == GoService::Kind::Asked) watched << service.address;
  }
  auto* dialog = new ServiceDialog(watched, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, dialog] {
    service_ = services_->watch(dialog->target());
    refresh();
  });
  dialog->open();
}

void DemoPage::startOrStop() {
  if (link_->demoState().underLoad) {
    link_->stopDemoLoad();
    refresh();
  } else {
    startLoad();
  }
}

void DemoPage::startLoad() {
  busy_ = true;
  startProblem_.clear();
  link_->startDemo(chosenTask(), [this, task = chosenTask()](const absl::Status& status) {
    busy_ = false;
    if (!status.ok()) startProblem_ = messageOf(status);
    if (chosenTask() != task) sendChosenTask();  // chosen while it started
    refresh();
  });
  refresh();
}

DemoTask DemoPage::chosenTask() const {
  return {.requestsPerSecond = rate_->requestsPerSecond(), .mistakes = code_->mistakes()};
}

/// To the programs that run, if they do; those that are started later are started with it.
void DemoPage::sendChosenTask() {
  if (!busy_ && link_->demoState().underLoad) {
    // What goes wrong is that a program has ended, which the state says.
    link_->changeDemo(chosenTask(), [this](const absl::Status&) { refresh(); });
  }
  refresh();
}

void DemoPage::resetDemo() {
  busy_ = true;
  startProblem_.clear();
  link_->resetDemo([this] {
    busy_ = false;
    refresh();
  });
  refresh();
}

void DemoPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
  poll_.start();
}

void DemoPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  poll_.stop();
}

}  // namespace leasescope::ui
