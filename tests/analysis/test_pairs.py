"""Wins, ties and losses, by hand."""

from analysis.demsar import DEMSAR

from tscbench.analysis.pairs import win_tie_loss


def test_wins_ties_and_losses():
    differences = DEMSAR.sub(DEMSAR["C4.5"], axis=0)
    found = win_tie_loss(differences)
    assert found.loc["C4.5+m"].tolist() == [10, 2, 2] and found.loc["C4.5"].tolist() == [0, 14, 0]
    assert found.sum(axis=1).unique().tolist() == [14]
    assert win_tie_loss(differences + 1e-14).equals(found), "last digits are no difference"
    assert win_tie_loss(differences, larger_is_better=False).loc["C4.5+m"].tolist() == [2, 2, 10]
