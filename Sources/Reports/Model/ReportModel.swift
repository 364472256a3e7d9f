import Findings

/// Everything that a report shows, as one value: no run directory, no clock, no drawing.
///
/// A builder makes it from a run, from a study of several seeds, or from a fit of people's answers;
/// ``ReportPage`` turns it into one HTML file, ``FindingText`` into lines for a terminal. The same model gives the
/// same bytes, always.
public struct ReportModel: Codable, Sendable, Hashable {
  public static let currentSchema = 1

  /// The version of this form, for whoever reads the JSON.
  public var schema: Int
  public var kind: Kind
  /// What the report is about: "pactolus/CartPole-v1".
  public var title: String
  /// One sentence: what was done.
  public var subtitle: String
  /// The few numbers a reader wants first.
  public var facts: [Fact]
  /// Pictures, in reading order.
  public var sections: [Section]
  public var findings: [Finding]
  public var settings: [Setting]
  /// Seed, kernel level, versions: what is needed to run it again.
  public var provenance: [Fact]
  /// When the report was written, as text; the one place where wall-clock time may appear.
  public var written: String?

  public enum Kind: String, Codable, Sendable, Hashable { case run, study, humanAnswers, theory }

  public init(
    kind: Kind, title: String, subtitle: String, facts: [Fact] = [], sections: [Section] = [],
    findings: [Finding] = [], settings: [Setting] = [], provenance: [Fact] = [], written: String? = nil
  ) {
    self.schema = Self.currentSchema
    self.kind = kind
    self.title = title
    self.subtitle = subtitle
    self.facts = facts
    self.sections = sections
    self.findings = findings
    self.settings = settings
    self.provenance = provenance
    self.written = written
  }

  /// A named value, shown as it is: ("True return", "487 ± 12", "mean of the last 20 episodes").
  public struct Fact: Codable, Sendable, Hashable {
    public var name: String
    public var value: String
    public var note: String?

    public init(_ name: String, _ value: String, note: String? = nil) {
      self.name = name
      self.value = value
      self.note = note
    }
  }

  /// A heading, a few sentences, and pictures or tables under it.
  public struct Section: Codable, Sendable, Hashable {
    public var id: String
    public var title: String
    public var text: String?
    public var charts: [Chart]
    public var heatMaps: [HeatMap]
    public var clips: [ClipGroup]
    public var tables: [Table]

    public init(
      id: String, title: String, text: String? = nil, charts: [Chart] = [], heatMaps: [HeatMap] = [],
      clips: [ClipGroup] = [], tables: [Table] = []
    ) {
      self.id = id
      self.title = title
      self.text = text
      self.charts = charts
      self.heatMaps = heatMaps
      self.clips = clips
      self.tables = tables
    }
  }

  /// A small table. Cells are text; columns that `numeric` names by index are set flush right.
  public struct Table: Codable, Sendable, Hashable {
    public var caption: String
    public var columns: [String]
    public var rows: [[String]]
    public var numeric: [Int]

    public init(caption: String, columns: [String], rows: [[String]], numeric: [Int] = []) {
      self.caption = caption
      self.columns = columns
      self.rows = rows
      self.numeric = numeric
    }
  }

  /// One setting with its value and where the value came from ("default", "flag", "settings.yaml").
  public struct Setting: Codable, Sendable, Hashable {
    public var name: String
    public var value: String
    public var origin: String?

    public init(_ name: String, _ value: String, origin: String? = nil) {
      self.name = name
      self.value = value
      self.origin = origin
    }
  }
}
