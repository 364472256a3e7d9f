extension PairFormat {
  /// All formats, in the order in which a file is asked whether it has their shape. A new one is one value in a file of
  /// this folder and one line here.
  public static let all: [PairFormat] = [
    pairs, lists, arena, arenaResponses, pkuSafeRLHF, pkuSafer, helpSteerPreference, judgeBench, shp, ultraFeedback,
    nectar, helpSteerRatings, argillaRecords, argilla, labelStudio, labelStudioMin, kto, stepwise,
  ]

  /// Rows that are pairs.
  public static let pairs = PairFormat(
    "pairs", "a row with chosen and rejected, texts or messages, and mostly a prompt",
    source:
      "TRL's preference rows (follows docs/source/dataset_formats.md@f2cd577), HH-RLHF, LLaMA-Factory's ShareGPT, Alpaca and v1 "
      + "rows (follows data/README.md@ff6d4d1)",
    recognises: { sample in
      func isThere(_ role: ColumnRole) -> Bool {
        ColumnNames.usual(role).contains { sample.names.contains($0) && !sample.isTexts($0) }
      }
      return isThere(.chosen) && isThere(.rejected)
    })
}
