#include "ui/views/wait_graph_page.h"

#include <cmath>
#include <utility>

#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/bridge/background.h"
#include "ui/bridge/cluster_link.h"
#include "ui/dialogs/revoke_dialog.h"
#include "ui/graph/drawing_feed.h"
#include "ui/graph/graph_export.h"
#include "ui/graph/graph_view.h"
#include "ui/models/format.h"
#include "ui/views/cycles_note.h"
#include "ui/views/details_splitter.h"
#include "ui/views/elided_label.h"
#include "ui/views/emptiness.h"
#include "ui/views/empty_state.h"
#include "ui/views/wait_details.h"

namespace leasescope::ui {
namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr std::chrono::milliseconds kDrawnAfter{2'500};  // what is drawn at all
constexpr std::chrono::seconds kGoodNewsStay{6};
constexpr int kMargin = 14;
constexpr QLatin1String kPage("graph");  // in the settings

QString waitsText(qint64 count) {
  return count == 1 ? WaitGraphPage::tr("1 waits") : WaitGraphPage::tr("%1 wait").arg(countText(count));
}

QString sessionsText(qint64 count) {
  return count == 1 ? WaitGraphPage::tr("1 session") : WaitGraphPage::tr("%1 sessions").arg(countText(count));
}

QByteArray bytesFor(const QString& ending, const WaitDrawing& drawing) {
  if (ending == QStringLiteral("svg")) return asSvg(drawing);
  if (ending == QStringLiteral("png")) return asPng(drawing);
  if (ending == QStringLiteral("dot")) return asDot(drawing);
  return {};
}

}  // namespace

WaitGraphPage::WaitGraphPage(ClusterLink* link, ShownPicture* picture, QWidget* parent)
    : QWidget(parent),
      link_(link),
      picture_(picture),
      feed_(new DrawingFeed(
          picture, [](ShownPicture& of) { return partWorthDrawing(of.waits().edges(), of.cycles()); }, this)),
      stack_(new QStackedWidget(this)),
      empty_(new EmptyState(this)) {
  stack_->addWidget(empty_);
  stack_->addWidget(makeContent());
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(stack_);
  setFocusProxy(view_);
  addActions();
  connectSignals();
  follow();
}

WaitGraphPage::~WaitGraphPage() = default;

QWidget* WaitGraphPage::makeContent() {
  auto* content = new QWidget(this);
  cycles_ = new CyclesNote(content);
  outcome_ = new QLabel(content);
  outcome_->setObjectName(QStringLiteral("exportOutcome"));
  outcome_->setTextInteractionFlags(kSelectable);
  outcome_->setWordWrap(true);
  outcome_->hide();
  auto* notes = new QVBoxLayout;
  notes->setContentsMargins(kMargin, 0, kMargin, 0);
  notes->setSpacing(8);
  notes->addWidget(outcome_);
  notes->addWidget(cycles_);
  view_ = new GraphView(content);
  details_ = new WaitDetails(content);
  QWidget* toolBar = makeToolBar();
  auto* left = new QWidget(content);
  auto* column = new QVBoxLayout(left);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(toolBar);
  column->addLayout(notes);
  column->addWidget(view_, 1);
  splitter_ =
      new DetailsSplitter(left, details_,
                          tr("Select a session to see what it holds and waits for, or an arrow to see "
                             "the queue of its lock."),
                          content);
  auto* whole = new QVBoxLayout(content);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->addWidget(splitter_);
  return content;
}

QWidget* WaitGraphPage::makeToolBar() {
  auto* bar = new QWidget(this);
  auto* row = new QHBoxLayout(bar);
  row->setContentsMargins(kMargin, 12, kMargin, 12);
  row->setSpacing(6);
  summary_ = new ElidedLabel(bar);
  summary_->setElideMode(Qt::ElideRight);
  summary_->setObjectName(QStringLiteral("summary"));
  setRole(summary_, LabelRole::Muted);
  const auto button = [&](const QString& text, const QString& toolTip, auto run) {
    auto* made = new QPushButton(text, bar);
    made->setToolTip(toolTip);
    connect(made, &QPushButton::clicked, this, run);
    return made;
  };
  row->addWidget(summary_, 1);
  row->addWidget(button(QStringLiteral("−"), tr("Smaller (Ctrl+−)"),
                        [this] { view_->zoomBy(1 / GraphView::kZoomStep); }));
  row->addWidget(scale_ = button({}, tr("Show all of it (Ctrl+0)"), [this] { view_->fit(); }));
  row->addWidget(
      button(QStringLiteral("+"), tr("Larger (Ctrl++)"), [this] { view_->zoomBy(GraphView::kZoomStep); }));
  row->addWidget(makeExport(bar));
  return bar;
}

QPushButton* WaitGraphPage::makeExport(QWidget* bar) {
  auto* button = new QPushButton(tr("Export"), bar);
  auto* menu = new QMenu(button);
  for (const auto& [text, ending] :
       {std::pair(tr("As SVG…"), QStringLiteral("svg")), std::pair(tr("As PNG…"), QStringLiteral("png")),
        std::pair(tr("As DOT, for Graphviz…"), QStringLiteral("dot"))}) {
    menu->addAction(text, this, [this, ending = ending] { askForFile(ending); });
  }
  button->setMenu(menu);
  setFlag(button, "menu");
  return button;
}

void WaitGraphPage::addActions() {
  const auto add = [this](const QString& iconName, const QString& text, const QList<QKeySequence>& keys,
                          auto run) {
    auto* action = new QAction(icon(iconName), text, view_);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WindowShortcut);  // of the pages only the one that is seen answers
    connect(action, &QAction::triggered, this, run);
    view_->addAction(action);
  };
  add(QStringLiteral("zoom"), tr("Larger"), {QKeySequence::ZoomIn, Qt::CTRL | Qt::Key_Equal},
      [this] { view_->zoomBy(GraphView::kZoomStep); });
  add(QStringLiteral("zoom-out"), tr("Smaller"), {QKeySequence::ZoomOut},
      [this] { view_->zoomBy(1 / GraphView::kZoomStep); });
  add(QStringLiteral("fit"), tr("Show all of it"), {Qt::CTRL | Qt::Key_0}, [this] { view_->fit(); });
  add(QStringLiteral("copy"), tr("Copy name"), {QKeySequence::Copy}, [this] { copySelected(); });
  add(QStringLiteral("revoke"), tr("Revoke lease…"), {QKeySequence::Delete}, [this] { revokeSelected(); });
}

void WaitGraphPage::connectSignals() {
  connect(picture_, &ShownPicture::changed, this, &WaitGraphPage::follow);
  connect(feed_, &DrawingFeed::drawn, this, [this](std::shared_ptr<const WaitDrawing> drawing) {
    const bool first = !drawing_ || drawing_->sessions().empty();
    drawing_ = std::move(drawing);
    view_->setDrawing(drawing_);
    selectWanted();
    if (first && !drawing_->sessions().empty() && view_->selected().index() == 0)
      view_->select(drawing_->sessions().front());
    showSummary();
  });
  connect(feed_, &DrawingFeed::failed, this, [this](const QString& why) {
    showOutcome(Tone::Bad, tr("The graph could not be laid out: %1").arg(why));
  });
  connect(view_, &GraphView::selectionChanged, this, &WaitGraphPage::tick);
  connect(view_, &GraphView::opened, this, &WaitGraphPage::open);
  connect(view_, &GraphView::zoomed, this,
          [this] { scale_->setText(tr("%1 %").arg(std::lround(view_->scale() * 100))); });
  connect(details_, &WaitDetails::openRequested, this, &WaitGraphPage::open);
  connect(details_, &WaitDetails::revokeRequested, this, &WaitGraphPage::revokeSelected);
  connect(cycles_, &CyclesNote::breakRequested, this, [this](LeaseId lease, const QString& because) {
    RevokeDialog::ask(link_, lease, window(), because);
  });
  connect(empty_, &EmptyState::connectRequested, this, &WaitGraphPage::connectRequested);
  connect(empty_, &EmptyState::playgroundRequested, this, &WaitGraphPage::playgroundRequested);
  connect(empty_, &EmptyState::retryRequested, link_, &ClusterLink::refresh);
  connect(&tick_, &QTimer::timeout, this, &WaitGraphPage::tick);
  goodNews_.setSingleShot(true);
  goodNews_.setInterval(kGoodNewsStay);
  connect(&goodNews_, &QTimer::timeout, outcome_, &QWidget::hide);
}

void WaitGraphPage::choose(LeaseId lease) {
  wanted_ = lease;
  wantedSince_.start();
  selectWanted();
}

void WaitGraphPage::selectWanted() {
  if (wanted_ == etcd::kNoLease || !drawing_) return;
  if (!drawing_->boxOf(wanted_).isNull()) {
    view_->select(std::exchange(wanted_, etcd::kNoLease));
  } else if (wantedSince_.hasExpired(kDrawnAfter.count())) {
    showOutcome(Tone::Warning, tr("Lease %1 is not drawn: of a long queue only the beginning is.")
                                   .arg(leaseText(std::exchange(wanted_, etcd::kNoLease))));
  }
}

/// The graph, or the reason why there is none.
void WaitGraphPage::follow() {
  if (!isVisible()) return;
  const auto waits = static_cast<int>(picture_->waits().edgeCount());
  const NoneThere none{QStringLiteral("graph"), tr("Nobody waits for anybody"),
                       tr("No session waits for a lock. As soon as one does, it appears here with who is in "
                          "its way; sessions that wait for each other in a circle are named as a deadlock.")};
  const std::optional<Emptiness> nothing = emptiness(*picture_, link_->connected(), waits, waits, none);
  if (nothing) empty_->show(nothing->icon, nothing->title, nothing->text, nothing->offer);
  stack_->setCurrentIndex(nothing ? 0 : 1);
  cycles_->set(*picture_);
  view_->setFaded(picture_->health().state == Health::State::Stale);
  showSummary();
}

void WaitGraphPage::showSummary() {
  const QString all = tr("%1, %2").arg(sessionsText(static_cast<qint64>(picture_->waits().sessionCount())),
                                       waitsText(static_cast<qint64>(picture_->waits().edgeCount())));
  const std::size_t leftOut = drawing_ ? drawing_->part().edgesLeftOut : 0;
  summary_->setWholeText(
      leftOut == 0 ? all : tr("%1 · %2 not drawn").arg(all, countText(static_cast<qint64>(leftOut))));
}

void WaitGraphPage::tick() {
  selectWanted();
  std::vector<LeaseId> selected;
  if (const auto* session = std::get_if<LeaseId>(&view_->selected())) selected = {*session};
  if (const auto* wait = std::get_if<WaitEdge>(&view_->selected())) {
    const Lock* lock = picture_->locks()->lock(picture_->locks()->find(wait->lock));
    if (lock != nullptr && lock->holder() != nullptr) selected = {lock->holder()->lease};
  }
  picture_->book().keepHistories(selected);
  link_->lookAt(selected, drawing_ ? drawing_->sessions() : std::vector<LeaseId>());
  updateDetails();
}

void WaitGraphPage::updateDetails() {
  splitter_->setSomethingSelected(details_->show(view_->selected(), *picture_));
}

void WaitGraphPage::open() {
  if (const auto* session = std::get_if<LeaseId>(&view_->selected())) emit leaseOpened(*session);
  if (const auto* wait = std::get_if<WaitEdge>(&view_->selected())) emit lockOpened(std::string(wait->lock));
}

void WaitGraphPage::askToRevoke(LeaseId lease) { RevokeDialog::ask(link_, lease, window()); }

void WaitGraphPage::revokeSelected() {
  if (const auto* session = std::get_if<LeaseId>(&view_->selected())) askToRevoke(*session);
}

void WaitGraphPage::copySelected() {
  if (const auto* session = std::get_if<LeaseId>(&view_->selected())) {
    QGuiApplication::clipboard()->setText(leaseText(*session));
  } else if (const auto* wait = std::get_if<WaitEdge>(&view_->selected())) {
    QGuiApplication::clipboard()->setText(QString::fromStdString(wait->lock));
  }
}

void WaitGraphPage::askForFile(const QString& ending) {
  auto* dialog = new QFileDialog(this, tr("Export the wait graph"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(ending);
  dialog->setNameFilter(QStringLiteral("*.") + ending);
  dialog->selectFile(QStringLiteral("wait-graph.") + ending);
  connect(dialog, &QFileDialog::fileSelected, this, &WaitGraphPage::exportTo);
  dialog->open();
}

void WaitGraphPage::exportTo(const QString& file) {
  const QString ending = QFileInfo(file).suffix().toLower();
  const QByteArray bytes = drawing_ ? bytesFor(ending, *drawing_) : QByteArray();
  const auto tell = [this, file](const QString& error) {
    if (error.isEmpty()) {
      showOutcome(Tone::Good, tr("Written to %1.").arg(file));
    } else {
      showOutcome(Tone::Bad, tr("%1 could not be written: %2").arg(file, error));
    }
    emit exported(error);
  };
  if (bytes.isEmpty()) {
    tell(drawing_ ? tr("the ending is none of svg, png, dot") : tr("nothing is drawn yet"));
    return;
  }
  if (!files_) files_ = std::make_unique<Background>();
  files_->run(
      this, [file, bytes] { return writeFile(file, bytes); }, tell);
}

void WaitGraphPage::showOutcome(Tone tone, const QString& text) {
  setRole(outcome_, noteRole(tone));
  outcome_->setText(text);
  outcome_->show();
  if (tone == Tone::Good) {
    goodNews_.start();
  } else {
    goodNews_.stop();
  }
}

void WaitGraphPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  follow();
  feed_->setWanted(true);
  tick_.start(kTick);
  tick();
}

void WaitGraphPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  feed_->setWanted(false);
  tick_.stop();
  wanted_ = etcd::kNoLease;
  outcome_->hide();
}

void WaitGraphPage::saveLayout(QSettings& settings) const { splitter_->save(settings, kPage); }

void WaitGraphPage::restoreLayout(QSettings& settings) { splitter_->restore(settings, kPage); }

}  // namespace leasescope::ui
