import Findings

/// Everything that a report shows, as one value: no run directory, no clock, no drawing.
///
/// A builder makes it from a run, from a study of several seeds, or from a fit of people's answers;
/// ``ReportPage`` turns it into one HTML file, ``FindingText`` into lines for a terminal. The same model gives the
/// same bytes, always.
public struct ReportModel: Codable, Sendable, Hashable {
  /// The version of this form that is written now.
  public static let currentSchema = 1

  /// The version of this form, for readers of the JSON.
  public var schema: Int
  /// What the report is about.
  public var kind: Kind
  /// What the report is about: "pactolus/CartPole-v1".
  public var title: String
  /// One sentence: what was done.
  public var subtitle: String
  /// The words in which the findings are summed up.
  public var headline: Headline
  /// The few numbers a reader wants first.
  public var facts: [Fact]
  /// Pictures, in reading order.
  public var sections: [Section]
  /// In the order in which the audit made them.
  public var findings: [Finding]
  /// The settings it ran with.
  public var settings: [Setting]
  /// Seed, kernel level, versions: what is needed to run it again.
  public var provenance: [Fact]
  /// When the report was written, as text; the one place where wall-clock time may appear.
  public var written: String?

  /// What a report can be about.
  public enum Kind: String, Codable, Sendable, Hashable {
    /// One run.
    case run
    /// Several runs that differ in their seeds.
    case study
    /// Answers that people gave elsewhere.
    case humanAnswers
    /// What follows from a world, rewards or files, without a run.
    case theory
  }

  /// A report of these parts; what is empty is not shown.
  public init(
    kind: Kind, title: String, subtitle: String, headline: Headline, facts: [Fact] = [], sections: [Section] = [],
    findings: [Finding] = [], settings: [Setting] = [], provenance: [Fact] = [], written: String? = nil
  ) {
    self.schema = Self.currentSchema
    self.kind = kind
    self.title = title
    self.subtitle = subtitle
    self.headline = headline
    self.facts = facts
    self.sections = sections
    self.findings = findings
    self.settings = settings
    self.provenance = provenance
    self.written = written
  }

  /// A named value, shown as it is: ("True return", "487 ± 12", "mean of the last 20 episodes").
  public struct Fact: Codable, Sendable, Hashable {
    /// What the value is.
    public var name: String
    /// The value as text.
    public var value: String
    /// A few words beside it.
    public var note: String?

    /// A named value.
    public init(_ name: String, _ value: String, note: String? = nil) {
      self.name = name
      self.value = value
      self.note = note
    }
  }

  /// A heading, a few sentences, and pictures or tables under it.
  public struct Section: Codable, Sendable, Hashable {
    /// The anchor of the section on the page.
    public var id: String
    /// The heading.
    public var title: String
    /// A few sentences under it.
    public var text: String?
    /// Charts, in reading order.
    public var charts: [Chart]
    /// Tables of shades.
    public var heatMaps: [HeatMap]
    /// Groups of clips.
    public var clips: [ClipGroup]
    /// Tables of text.
    public var tables: [Table]
    /// Pictures of two shares side by side.
    public var shares: [ShareComparison]
    /// Numbers with their intervals, a line for each.
    public var intervals: [IntervalList]
    /// Rows to read.
    public var examples: [ReadingExample]

    /// A section of these parts; what is empty is not shown.
    public init(
      id: String, title: String, text: String? = nil, charts: [Chart] = [], heatMaps: [HeatMap] = [],
      clips: [ClipGroup] = [], tables: [Table] = [], shares: [ShareComparison] = [],
      intervals: [IntervalList] = [], examples: [ReadingExample] = []
    ) {
      self.id = id
      self.title = title
      self.text = text
      self.charts = charts
      self.heatMaps = heatMaps
      self.clips = clips
      self.tables = tables
      self.shares = shares
      self.intervals = intervals
      self.examples = examples
    }
  }

  /// A small table. Cells are text; columns that `numeric` names by index are set flush right. On the page a reader can sort it
  /// by any column.
  public struct Table: Codable, Sendable, Hashable {
    /// A line under the table.
    public var caption: String
    /// The columns' names.
    public var columns: [String]
    /// One text for each column.
    public var rows: [[String]]
    /// Indices of the columns that are set flush right.
    public var numeric: [Int]

    /// A table of text.
    public init(caption: String, columns: [String], rows: [[String]], numeric: [Int] = []) {
      self.caption = caption
      self.columns = columns
      self.rows = rows
      self.numeric = numeric
    }
  }

  /// One setting with its value and where the value came from ("default", "flag", "settings.yaml").
  public struct Setting: Codable, Sendable, Hashable {
    /// The setting's full name.
    public var name: String
    /// Its value as text.
    public var value: String
    /// Where the value came from.
    public var origin: String?

    /// A setting with its value.
    public init(_ name: String, _ value: String, origin: String? = nil) {
      self.name = name
      self.value = value
      self.origin = origin
    }
  }
}
