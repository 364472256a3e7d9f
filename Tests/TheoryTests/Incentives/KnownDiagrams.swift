import Compute
import Theory

/// Diagrams of the literature, as PyCID 0.8.2 has them, with the answers that its own tests state.
enum KnownDiagrams {
  static func contentRecommender() throws -> InfluenceDiagram {
    try InfluenceDiagram(
      name: "content recommender",
      edges: [("O", "I"), ("O", "M"), ("M", "P"), ("P", "I"), ("I", "C"), ("P", "C")], decisions: ["P"],
      utilities: ["C"])
  }

  static func modifiedContentRecommender() throws -> InfluenceDiagram {
    try InfluenceDiagram(
      edges: [("O", "I"), ("O", "M"), ("M", "P"), ("P", "I"), ("P", "C"), ("M", "C")], decisions: ["P"],
      utilities: ["C"])
  }

  static func gradePredictor(knowsSchool: Bool = true) throws -> InfluenceDiagram {
    let edges = [("R", "HS"), ("HS", "E"), ("E", "Gr"), ("Gr", "Ac"), ("Ge", "P"), ("P", "Ac")]
    return try InfluenceDiagram(
      edges: edges + (knowsSchool ? [("HS", "P")] : []), decisions: ["P"], utilities: ["Ac"])
  }

  static func fitnessTracker() throws -> InfluenceDiagram {
    try InfluenceDiagram(
      edges: [
        ("TD", "TF"), ("TF", "SC"), ("TF", "C"), ("EF", "EWD"), ("EWD", "C"), ("C", "F"), ("P", "D"), ("P", "SC"),
        ("P", "F"), ("SC", "C"), ("SC", "EWD"),
      ], decisions: ["C"], utilities: ["F"])
  }

  static func trimExample() throws -> InfluenceDiagram {
    try InfluenceDiagram(
      edges: [
        ("Y1", "D1"), ("Y1", "Y2"), ("Y1", "D2"), ("Y2", "D2"), ("Y2", "U"), ("D1", "Y2"), ("D1", "D2"), ("Z1", "D1"),
        ("Z1", "D2"), ("Z1", "Z2"), ("Z2", "D2"), ("D2", "U"),
      ], decisions: ["D1", "D2"], utilities: ["U"])
  }

  /// S is −1 or 1, D as well, U = S · D.
  static func threeNodes(knows: Bool = true) throws -> InfluenceDiagram {
    try InfluenceDiagram(nodes: [
      .chance("S", outcomes: ["-1", "1"], table: [0.5, 0.5]),
      .decision("D", parents: knows ? ["S"] : [], outcomes: ["-1", "1"]),
      .utility("U", parents: ["S", "D"], table: [1, -1, -1, 1]),
    ])
  }

  /// X copies S four times in five; D in {−1, 0, 1}; U = S · D.
  static func noisyCopy() throws -> InfluenceDiagram {
    try InfluenceDiagram(nodes: [
      .chance("S", outcomes: ["-1", "1"], table: [0.5, 0.5]),
      .chance("X", parents: ["S"], outcomes: ["-1", "1"], table: [0.8, 0.2, 0.2, 0.8]),
      .decision("D", parents: ["X"], outcomes: ["-1", "0", "1"]),
      .utility("U", parents: ["S", "D"], table: [1, 0, -1, -1, 0, 1]),
    ])
  }

  /// X = A · Z, Y = X + Z, U = −(D − Y)².
  static func introducedBias() throws -> InfluenceDiagram {
    var squares: [Double] = []
    for d in [0.0, 1] { for y in [0.0, 1, 2] { squares.append(-(d - y) * (d - y)) } }
    return try InfluenceDiagram(nodes: [
      .chance("A", outcomes: ["0", "1"], table: [0.5, 0.5]),
      .chance("Z", outcomes: ["0", "1"], table: [0.5, 0.5]),
      .chance("X", parents: ["A", "Z"], outcomes: ["0", "1"], table: [1, 0, 1, 0, 1, 0, 0, 1]),
      .decision("D", parents: ["X"], outcomes: ["0", "1"]),
      .chance("Y", parents: ["X", "Z"], outcomes: ["0", "1", "2"], table: [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1]),
      .utility("U", parents: ["D", "Y"], table: squares),
    ])
  }

  /// Both decisions guess: S2 = [S1 = D1], U = [S2 = D2].
  static func twoDecisions(seesSecond: Bool = true) throws -> InfluenceDiagram {
    try InfluenceDiagram(nodes: [
      .chance("S1", outcomes: ["0", "1"], table: [0.5, 0.5]),
      .decision("D1", parents: ["S1"], outcomes: ["0", "1"]),
      .chance("S2", parents: ["S1", "D1"], outcomes: ["0", "1"], table: [0, 1, 1, 0, 1, 0, 0, 1]),
      .decision("D2", parents: seesSecond ? ["S2"] : [], outcomes: ["0", "1"]),
      .utility("U", parents: ["S2", "D2"], table: [1, 0, 0, 1]),
    ])
  }

  /// Nobody sees anything: U = A · B.
  static func blindPair() throws -> InfluenceDiagram {
    try InfluenceDiagram(nodes: [
      .decision("A", outcomes: ["0", "1"]), .decision("B", outcomes: ["0", "1"]),
      .utility("U", parents: ["A", "B"], table: [0, 0, 0, 1]),
    ])
  }

  static func sequential() throws -> InfluenceDiagram {
    try InfluenceDiagram(nodes: [
      .chance("S1", outcomes: ["0", "1"], table: [0.5, 0.5]),
      .decision("D1", parents: ["S1"], outcomes: ["0", "1"]),
      .utility("U1", parents: ["S1", "D1"], table: [1, 0, 0, 1]),
      .chance("S2", parents: ["D1"], outcomes: ["0", "1"], table: [1, 0, 0, 1]),
      .decision("D2", parents: ["S2"], outcomes: ["0", "1"]),
      .utility("U2", parents: ["S2", "D2"], table: [1, 0, 0, 1]),
    ])
  }
}
